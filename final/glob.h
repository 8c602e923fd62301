/*
 * glob: patterns for names: * ? [a-z] [^a-z] and \ before a special one.
 *
 * A pattern is compiled once, and then matched with any number of texts.
 * Matching looks at each byte of a text once, whatever the pattern: it takes a
 * few instructions for every 64 bytes of pattern.
 */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

enum {
    GLOB_MAX = 1024, /* bytes of a pattern */
    GLOB_WORDS = GLOB_MAX / 64 + 1,
};

/* A place in a pattern is how many of its elements, stars not counted, have
 * found their byte. A set of places has a bit for each, in nwords words. */
struct glob {
    size_t nwords;
    size_t end;                         /* the place behind the last element */
    bool empty;                         /* no elements, not even a star */
    uint64_t stars[GLOB_WORDS];         /* places that any byte may stay at */
    uint64_t steps[256 * GLOB_WORDS];   /* by byte: places that it leads on */
};

/* Compiles the pattern into g, which keeps nothing of the pattern's memory.
 * Returns false if the pattern is longer than GLOB_MAX. */
bool glob_compile(struct glob *g, struct slice pattern);

/* Returns whether the whole text fits the pattern. */
bool glob_match(const struct glob *g, struct slice text);

#endif
