/*
 * All of them count from `clock`, which keeps the time at which it was said.
 */
#include "words_time.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "escapes.h"

static void do_clock(struct talk *t, char **args)
{
    (void)args;
    t->clock = now_ms();
}

static void do_expect_within(struct talk *t, char **args)
{
    int64_t took = now_ms() - t->clock;
    if (took > (int64_t)word_to_number(args[0])) {
        fail(t, "this took %" PRId64 " ms, at most %s were allowed", took,
             args[0]);
    }
}

static void do_elapsed(struct talk *t, char **args)
{
    (void)args;
    printf("%" PRId64 "\n", now_ms() - t->clock);
    fflush(stdout);
}

/* Fills in what to poll for: connections that are open, unless `reading` is
 * off. Returns how many these are. */
static size_t watched(const struct talk *t, struct pollfd *polls)
{
    size_t n = 0;
    for (size_t i = 0; i < t->npeers; i++) {
        const struct peer *p = t->peers[i];
        bool is = p->end == OPEN && p->reading;
        polls[i] = (struct pollfd){is ? p->fd : -1, POLLIN, 0};
        n += is;
    }
    return n;
}

/* Reads what arrives until `ms` after `clock`; with to_the_end, at most until
 * no connection is left. */
static void watch(struct talk *t, size_t ms, bool to_the_end)
{
    struct pollfd *polls = resized(NULL, t->npeers * sizeof *polls);
    for (;;) {
        int64_t left = t->clock + (int64_t)ms - now_ms();
        if (watched(t, polls) == 0 && to_the_end) {
            break;
        }
        /* once also when it is too late: what came in time counts */
        int ready = poll(polls, (nfds_t)t->npeers, left > 0 ? (int)left : 0);
        if (ready == 0 && left <= 0) {
            break;
        }
        for (size_t i = 0; i < t->npeers; i++) {
            if (polls[i].fd >= 0 && polls[i].revents) {
                peer_read_some(t->peers[i]);
            }
        }
    }
    free(polls);
}

static void do_until(struct talk *t, char **args)
{
    watch(t, word_to_number(args[0]), false);
}

static void do_ends(struct talk *t, char **args)
{
    watch(t, word_to_number(args[0]), true);
    for (size_t i = 0; i < t->npeers; i++) {
        const struct peer *p = t->peers[i];
        if (p->end == OPEN) {
            printf("%s open %zu\n", p->name, p->got.total);
        } else {
            printf("%s %" PRId64 " %zu\n", p->name, p->ended_ms - t->clock,
                   p->got.total);
        }
    }
    fflush(stdout);
}

const struct word words_time[] = {
    {"clock", 0, do_clock},     {"expect-within", 1, do_expect_within},
    {"elapsed", 0, do_elapsed}, {"until", 1, do_until},
    {"ends", 1, do_ends},       {NULL, 0, NULL},
};
