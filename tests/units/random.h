/*
 * random.h: numbers by chance for the unit tests. The seed is printed, and
 * SEED=n repeats a run.
 */
#ifndef UNITS_RANDOM_H
#define UNITS_RANDOM_H

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t random_state; /* never 0, for it would stay so */

static inline void random_begin(void)
{
    const char *seed = getenv("SEED");
    uint64_t first = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);

    printf("SEED=%" PRIu64 "\n", first);
    fflush(stdout);
    random_state = (first * 0x9E3779B97F4A7C15u) | 1;
}

static inline uint64_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static inline size_t random_below(size_t n)
{
    return (size_t)(random_word() % n);
}

#endif
