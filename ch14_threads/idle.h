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

enum { IDLE_TIMEOUT_MS = 5000 };

/* The connection is active now, or new. */
void idle_touch(struct list *idle, struct conn *c, uint64_t now_ms);

/* Returns the connection that runs out of time first, or NULL. */
struct conn *idle_first(const struct list *idle);

/* When the connection's time runs out. */
uint64_t idle_deadline(const struct conn *c);

#endif
