/*
 * batch: answers the requests of all clients that are ready, many at a time.
 *
 *     gather            look up, all together      run, one by one
 *     client 1: a b     a b c d                    a b c d
 *     client 2: c       the first key of each
 *     client 3: d       comes into the cache
 *
 * Fetching a key that is not in the processor's cache takes a hundred
 * nanoseconds, as long as all the rest of a request. If keys are fetched one
 * after another, each request waits that long. Asked for together, they arrive
 * together.
 *
 * Always true:
 * - the requests of one client are answered in the order in which it sent
 *   them, and none is begun before the one in front of it has run;
 * - what has been gathered is only a plan. It leaves a client's input as it is,
 *   so it can be dropped and made again. The exception is a typed line, which
 *   is decoded in place: it is the first of its round, which is never dropped.
 */
#ifndef BATCH_H
#define BATCH_H

#include <stdbool.h>

#include "server.h"

struct batch *batch_new(void);
void batch_free(struct batch *b);

/* Answers the requests of the clients on s->turn, and moves those that have no
 * more onto s->done. Stops after about a millisecond: then the others are still
 * on s->turn. Clients that may have requests left are marked as stalled. */
void batch_answer(struct server *s);

/* Returns whether c may be given a reply now. */
bool batch_can_run(const struct conn *c);

#endif
