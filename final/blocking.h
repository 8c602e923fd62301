/*
 * blocking: clients that wait until a sorted set has a member for them.
 *
 * Always true:
 * - a client that waits has a request that was tried and found none of its
 *   keys. It is tried again with the one that comes first; of those who wait
 *   for the same key, who came first is first;
 * - nothing that such a client sends is looked at until it has its reply;
 * - one that goes away is forgotten.
 */
#ifndef BLOCKING_H
#define BLOCKING_H

#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "session.h"

struct server;

/* Has the client wait with its request, whose keys are so many arguments from
 * that one on, for so long; 0: for ever. Nothing may have been replied. */
void wait_begin(struct call *call, size_t first_key, size_t nkeys,
                uint64_t timeout_ms);

/* Tries the requests of those whose keys have come. */
void wait_serve(struct server *s);

/* When the first of them has waited long enough, or UINT64_MAX. */
uint64_t wait_deadline(const struct server *s);

/* Replies null to those who have. */
void wait_run_timers(struct server *s);

/* A client that waits and has disconnected is given nothing any more. */
void wait_forget_gone(struct conn *c);

/* Forgets that a client waits. */
void wait_free(struct session *s);

#endif
