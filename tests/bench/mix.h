/*
 * mix.h: which of several requests are asked, and how often each.
 */
#ifndef BENCH_MIX_H
#define BENCH_MIX_H

#include <stddef.h>
#include <stdint.h>

#include "request.h"

enum { MIX_MOST = 8 };

struct share {
    const struct op *op;
    unsigned weight;
};

/* Reads "get,set=3" into at most MIX_MOST shares. Returns how many there are, 0
 * if the text is not a mix. */
unsigned mix_read(const char *text, struct share *shares);

/* Fills `order` with n ops, each as often as its weight says, shuffled. */
void mix_deal(const struct share *shares, unsigned nshares,
              const struct op **order, size_t n, uint64_t *random);

#endif
