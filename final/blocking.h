/*
 * blocking: clients that wait until a sorted set has a member for them.
 *
 * Always true:
 * - a client that waits has a request that was tried and found nothing; it is
 *   tried again when a set may have got members, in the order in which the
 *   clients came;
 * - nothing that such a client sends is looked at until it has its reply;
 * - one that goes away is forgotten.
 */
#ifndef BLOCKING_H
#define BLOCKING_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "session.h"

struct server;

/* Has the client wait with its request, for so long; 0: for ever. Nothing may
 * have been replied to it. */
void wait_begin(struct call *call, uint64_t timeout_ms);

/* A sorted set has got members. */
void wait_signal(struct server *s);

/* Tries the requests of those who wait, after wait_signal(). */
void wait_serve(struct server *s);

/* When the first of them has waited long enough, or UINT64_MAX. */
uint64_t wait_deadline(const struct server *s);

/* Replies null to those who have. */
void wait_run_timers(struct server *s);

/* Forgets that a client waits. */
void wait_free(struct session *s);

#endif
