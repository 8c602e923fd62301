/*
 * conns: the open connections, found by descriptor.
 *
 * Always true: every open connection is in s->conns, the poller knows what it
 * waits for, and it has its place in the list s->idle.
 *
 * A closed connection is not in s->conns any more, but its descriptor stays
 * taken until its socket is closed, too.
 */
#ifndef CONNS_H
#define CONNS_H

#include "server.h"

/* Returns the connection with that descriptor, or NULL. */
struct conn *conns_find(const struct server *s, int fd);

/* Takes over an accepted socket. Closes it if there are too many. */
void conns_add(struct server *s, int fd);

/* Tells the poller what c waits for, if that has changed. If the poller cannot
 * be told, c is marked to be closed. */
void conns_watch(struct server *s, struct conn *c);

/* Nothing is sent to c or read from it any more. It must not be used from here
 * on: conns_hang_up() frees it. */
void conns_close(struct server *s, struct conn *c);

/* Closes the sockets of some closed connections. Must be called once per turn.
 */
void conns_hang_up(struct server *s);

/* Closes all of them, and releases the table. */
void conns_release(struct server *s);

#endif
