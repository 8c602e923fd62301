/*
 * words_send.h: the words that open, send and close.
 */
#ifndef WORDS_SEND_H
#define WORDS_SEND_H

#include "script.h"

extern const struct word words_send[];

#endif
