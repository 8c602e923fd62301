/*
 * clients.h: connections that ask a server, each with a pipeline of requests.
 *
 * Every answer is checked. A wrong one, silence, or a closed connection ends
 * the program.
 */
#ifndef BENCH_CLIENTS_H
#define BENCH_CLIENTS_H

#include <stddef.h>
#include <stdint.h>

#include "histogram.h"
#include "mix.h"
#include "request.h"

struct plan {
    int port;
    enum protocol protocol;
    struct share shares[MIX_MOST];
    unsigned nshares;
    unsigned connections;
    unsigned pipeline;
    unsigned idle; /* further connections, which only exist */
    size_t value_size;
    uint64_t keys;
    uint64_t count; /* requests at most */
    double seconds; /* at most */
    uint64_t expire_ms;
    uint64_t seed;
    int in_order;
};

/* The clients, and their results. */
struct clients {
    const struct plan *plan;
    struct client *all;
    unsigned busy; /* clients with requests under way */
    int epoll;
    struct numbers numbers;
    uint64_t now_ns; /* as of the last wake-up */
    uint64_t end_ns; /* after this nothing is asked */
    uint64_t left;   /* requests that may still be sent */
    uint64_t done;
    uint64_t misses; /* keys that were not there */
    struct histogram waits;
};

/* Makes all connections, and gets one answer on each. The plan must stay. */
void clients_open(struct clients *c, const struct plan *plan);

/* Asks until the time is over or all requests are sent. Waits for the last
 * answers. */
void clients_run(struct clients *c);

#endif
