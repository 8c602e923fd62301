/*
 * Requests are written once, before anything is measured. So their kinds are
 * drawn once, too, and the shares are exact.
 */
#include "mix.h"

#include <stdlib.h>
#include <string.h>

#include "common.h"

unsigned mix_read(const char *text, struct share *shares)
{
    unsigned n = 0;

    while (*text && n < MIX_MOST) {
        size_t len = strcspn(text, ",=");
        shares[n].op = op_find(text, len);
        shares[n].weight = 1;
        text += len;
        if (*text == '=')
            shares[n].weight = (unsigned)strtoul(text + 1, (char **)&text, 10);
        if (!shares[n].op || shares[n].weight < 1 || (*text && *text != ','))
            return 0;
        text += *text == ',';
        n++;
    }
    return *text ? 0 : n;
}

void mix_deal(const struct share *shares, unsigned nshares,
              const struct op **order, size_t n, uint64_t *random)
{
    size_t sum = 0, at = 0, upto = 0;

    for (unsigned i = 0; i < nshares; i++)
        sum += shares[i].weight;
    for (unsigned i = 0; i < nshares; i++) {
        upto += shares[i].weight;
        while (at < n * upto / sum)
            order[at++] = shares[i].op;
    }
    for (size_t i = n; i > 1; i--) {
        size_t j = random_below(random, i);
        const struct op *op = order[i - 1];
        order[i - 1] = order[j];
        order[j] = op;
    }
}
