/*
 * A time's counter is chosen by its highest bit and the five bits below it.
 * What is shifted out is lost: `power` bits.
 *
 *     1 0 1 1 0 1 x x x     nine bits: 1 01101, and a power of 3
 */
#include "histogram.h"

static unsigned counter_of(uint64_t ns)
{
    unsigned power = 0;

    if (ns < HISTOGRAM_FINE)
        return (unsigned)ns;
    while (ns >> power >= 2 * HISTOGRAM_FINE)
        power++;
    return power * HISTOGRAM_FINE + (unsigned)(ns >> power);
}

/* The largest time that this counter counts. */
static uint64_t time_of(unsigned counter)
{
    unsigned power = counter / HISTOGRAM_FINE;

    if (power < 2)
        return counter;
    power--;
    return (((uint64_t)counter - power * HISTOGRAM_FINE + 1) << power) - 1;
}

void histogram_add(struct histogram *h, uint64_t ns, uint64_t n)
{
    h->counts[counter_of(ns)] += n;
    h->count += n;
    if (ns > h->longest)
        h->longest = ns;
}

uint64_t histogram_at(const struct histogram *h, double share)
{
    uint64_t wanted = (uint64_t)((double)h->count * share);
    uint64_t seen = 0;

    for (unsigned i = 0; i < HISTOGRAM_SIZE; i++) {
        seen += h->counts[i];
        if (seen > wanted)
            return time_of(i) < h->longest ? time_of(i) : h->longest;
    }
    return h->longest;
}
