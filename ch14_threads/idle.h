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

enum { IDLE_TIMEOUT_MS = 5000 };

/* The connection is active now, or new. */
void idle_touch(struct list *idle, struct conn *c, uint64_t now_ms);

/* The connection whose time runs out first, or NULL where there is none. */
struct conn *idle_first(const struct list *idle);

/* When the connection's time runs out. */
uint64_t idle_deadline(const struct conn *c);

#endif
