/*
 * idle: which connection has been silent for longest.
 *
 * Always true:
 * - every connection is on the list, in the order of its last activity.
 *
 * Because all have the same time limit, they also run out of time in that
 * order, and appending keeps the list sorted. So no operation here depends on
 * how many connections there are.
 */
#ifndef IDLE_H
#define IDLE_H

#include <stdint.h>

#include "conn.h"
#include "list.h"

/* A client that moves fewer bytes than this makes no progress: it stalls. */
enum { IDLE_PROGRESS = 4096 };

/* The connection is active now, or new. */
void idle_touch(struct list *idle, struct conn *c, uint64_t now_ms);

/* Returns the connection that runs out of time first, or NULL. */
struct conn *idle_first(const struct list *idle);

/* The same for connections in the middle of a message: a request that is not
 * complete, or a reply that is not sent. Each is listed when that begins, and
 * goes to the end of the list whenever it has moved IDLE_PROGRESS bytes. */
void idle_watch_io(struct list *io, struct conn *c, uint64_t now_ms);
struct conn *idle_first_io(const struct list *io);

/* Puts c on the turn's list: before the turn ends, c is sent what there is for
 * it, or closed. */
void idle_wake(struct list *turn, struct conn *c);

#endif
