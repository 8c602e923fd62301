/*
 * blocking: clients that wait until a sorted set has a member for them.
 *
 * Always true:
 * - a blocked client has a request that was tried and found none of its keys.
 *   It is tried again when one of them is added, and clients that wait for the
 *   same key are served in the order in which they blocked;
 * - nothing that such a client sends is looked at until it has its reply;
 * - one that disconnects is forgotten.
 */
#ifndef BLOCKING_H
#define BLOCKING_H

#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "session.h"

struct server;

/* Blocks the client with its request, whose keys are the nkeys arguments from
 * first_key on; a timeout of 0 is no limit. The caller must not have replied.
 */
void wait_begin(struct call *call, size_t first_key, size_t nkeys,
                uint64_t timeout_ms);

/* Tries the requests of clients whose keys have been added. */
void wait_serve(struct server *s);

/* Returns when the next timeout ends, or UINT64_MAX. */
uint64_t wait_deadline(const struct server *s);

/* Replies null to clients whose timeout has ended. */
void wait_run_timers(struct server *s);

/* Forgets a blocked client that has disconnected: it gets nothing any more. */
void wait_forget_gone(struct conn *c);

/* Forgets that a client is blocked. Does nothing if it is not. */
void wait_free(struct session *s);

#endif
