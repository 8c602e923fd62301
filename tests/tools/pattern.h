/*
 * pattern.h: what a text has to be like. In a pattern, * stands for any text;
 * A..B alone stands for every number from A to B.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>

bool pattern_matches(const char *pattern, const char *text);

#endif
