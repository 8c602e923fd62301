/*
 * words_time.h: the words about time: how long something took, and when which
 * connection ended.
 */
#ifndef WORDS_TIME_H
#define WORDS_TIME_H

#include "script.h"

extern const struct word words_time[];

#endif
