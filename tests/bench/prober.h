/*
 * prober.h: asks a server again and again, while something keeps it busy, and
 * measures how long each answer takes.
 */
#ifndef BENCH_PROBER_H
#define BENCH_PROBER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "answer.h"
#include "histogram.h"
#include "question.h"
#include "words.h"

struct probe_plan {
    int port;
    pid_t pid;
    enum protocol protocol;
    uint64_t seconds;   /* how long, if there is neither command nor request */
    uint64_t settle_ms; /* how much longer than those */
    uint64_t value_size;
    int is_request; /* the words are a request, not a command */
    char **words;
    int nwords;
};

/* A question to the server, and what is known about its answers. */
struct probe {
    struct question q;
    uint64_t control_ns;    /* the longest wait for the control meanwhile */
    struct histogram waits; /* of the server's doing */
    struct histogram raw;   /* as a watch would have it */
    uint64_t busy_ns;       /* what the server computed in the longest wait */
};

struct prober {
    const struct probe_plan *plan;
    struct probe ping, set;
    struct question control;
    uint64_t unseen_ns; /* the longest time without a question */
    int status;         /* of the command */

    int timer;
    uint64_t heard_ns; /* when we last heard an answer */
    uint64_t end_ns;
    pid_t child;          /* runs the command, or 0 */
    int request;          /* the connection of the request, or -1 */
    size_t received;      /* bytes of its answer, */
    char first[5];        /* the first ones */
    char last[PONG_MOST]; /* and the last */
};

/* Probes until the plan is done. The plan must stay. Ends the program if the
 * server hangs up, answers wrongly, refuses the request, or says nothing for a
 * minute. */
void prober_run(struct prober *p, const struct probe_plan *plan);

#endif
