/*
 * words_control.h: the words that tell the script itself what to do.
 */
#ifndef WORDS_CONTROL_H
#define WORDS_CONTROL_H

#include "script.h"

extern const struct word words_control[];

#endif
