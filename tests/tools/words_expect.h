/*
 * words_expect.h: the words that expect something on the connection: bytes,
 * frames, an end, silence.
 */
#ifndef WORDS_EXPECT_H
#define WORDS_EXPECT_H

#include "script.h"

extern const struct word words_expect[];

#endif
