/*
 * idle: which connection has been silent for longest.
 *
 * Always true:
 * - every connection is on the list, in the order of its last activity.
 *
 * For all have the same time limit, that order is also the one in which they
 * run out of time, and appending keeps it sorted: no operation here depends
 * on how many connections there are.
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

/* The connection whose time runs out first, or NULL where there is none. */
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
