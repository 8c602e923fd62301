/*
 * loop: one thread that serves every connection, whoever is ready next.
 *
 * Always true:
 * - only the poller waits; all else does what is possible now and returns;
 * - every open connection stands in conns, under its descriptor.
 */
#ifndef LOOP_H
#define LOOP_H

#include "server.h"

/* Waits until something can be done, and does it. Returns 1, or 0 when the
 * server has been asked to stop, or -1 when it cannot wait (errno). */
int loop_turn(struct server *s);

/* Must be called before the first turn. Returns 0, or -1 (errno tells why). */
int loop_init(struct server *s);

/* Sends the replies that are still due, for a second at most. */
void loop_drain(struct server *s);

/* Closes every connection and frees the state. */
void loop_release(struct server *s);

#endif
