/*
 * words_value.h: the words that expect one value from a key-value stage. All
 * but expect-int-between and those of errors name the very bytes of the reply.
 */
#ifndef WORDS_VALUE_H
#define WORDS_VALUE_H

#include "script.h"

extern const struct word words_value[];

#endif
