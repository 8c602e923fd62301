/*
 * random: numbers that look random, the same ones for the same seed on every machine.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

void random_seed(struct random *r, uint64_t seed);

/* 0 ... n - 1 */
size_t random_below(struct random *r, size_t n);

/* least ... most */
int64_t random_between(struct random *r, int64_t least, int64_t most);

/* True in that many cases out of a hundred. */
bool random_chance(struct random *r, unsigned percent);

#endif
