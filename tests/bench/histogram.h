/*
 * histogram.h: how long things took, as counts. 32 counters for each power of
 * two, so a percentile is right to 3%; the longest is kept exactly.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_FINE = 32, HISTOGRAM_SIZE = 64 * HISTOGRAM_FINE };

struct histogram {
    uint64_t count;
    uint64_t longest;
    uint64_t counts[HISTOGRAM_SIZE];
};

/* Adds a time n times. */
void histogram_add(struct histogram *h, uint64_t ns, uint64_t n);

/* Returns a time that `share` of all, from 0 to 1, did not exceed. */
uint64_t histogram_at(const struct histogram *h, double share);

#endif
