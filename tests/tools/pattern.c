/*
 * A * is tried with ever longer texts. That takes long for many of them; there
 * are only a few in a line.
 */
#include "pattern.h"

#include <stdio.h>

static bool in_range(const char *range, const char *text)
{
    long long least, most, number;
    char rest;
    return sscanf(range, "%lld..%lld%c", &least, &most, &rest) == 2 &&
           sscanf(text, "%lld%c", &number, &rest) == 1 && number >= least &&
           number <= most;
}

static bool is_like(const char *pattern, const char *text)
{
    for (; *pattern && *pattern != '*'; pattern++, text++) {
        if (*pattern != *text) {
            return false;
        }
    }
    if (!*pattern) {
        return !*text;
    }
    for (;; text++) {
        if (is_like(pattern + 1, text)) {
            return true;
        } else if (!*text) {
            return false;
        }
    }
}

bool pattern_matches(const char *pattern, const char *text)
{
    return in_range(pattern, text) || is_like(pattern, text);
}
