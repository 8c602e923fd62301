/*
 * words_time.h: the words about time: how long something took, and when which
 * connection ended.
 */
#ifndef WORDS_TIME_H
#define WORDS_TIME_H

#include "converse.h"

static void do_elapsed(struct talk *t, char **args)
{
    (void)args;
    printf("%" PRId64 "\n", now_ms() - t->clock);
    fflush(stdout);
}

/*
 * Reads what arrives until ms after `clock` (with to_end, at most until no
 * connection is left). Connections with `reading off` are not watched.
 */
static void watch(struct talk *t, size_t ms, bool to_the_end)
{
    struct pollfd *polls = calloc(t->npeers + 1, sizeof *polls);
    for (;;) {
        nfds_t open = 0;
        int64_t left = t->clock + (int64_t)ms - now_ms();
        for (size_t i = 0; i < t->npeers; i++) {
            bool watched = t->peers[i]->end == OPEN && t->peers[i]->reading;
            polls[i] = (struct pollfd){watched ? t->peers[i]->fd : -1, POLLIN, 0};
            open += watched;
        }
        if (to_the_end && !open) {
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
            printf("%s %" PRId64 " %zu\n", p->name, p->ended_ms - t->clock, p->got.total);
        }
    }
    fflush(stdout);
}

#endif
