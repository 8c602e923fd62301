/*
 * words_any.h: the words that ask the same question in every dialect, and
 * expect its answer.
 */
#ifndef WORDS_ANY_H
#define WORDS_ANY_H

#include "script.h"

extern const struct word words_any[];

#endif
