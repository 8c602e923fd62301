/*
 * splitmix64: a sum that is stirred. It needs no more state than its seed, so any number is a good
 * one.
 */
#include "random.h"

static uint64_t next(struct random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void random_seed(struct random *r, uint64_t seed)
{
    r->state = seed;
}

size_t random_below(struct random *r, size_t n)
{
    return (size_t)(next(r) % n);
}

int64_t random_between(struct random *r, int64_t least, int64_t most)
{
    uint64_t range = (uint64_t)most - (uint64_t)least + 1;
    return (int64_t)((uint64_t)least + next(r) % range);
}

bool random_chance(struct random *r, unsigned percent)
{
    return next(r) % 100 < percent;
}
