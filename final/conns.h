/*
 * conns: the open connections, found by descriptor.
 *
 * Always true: every open connection is in s->conns, the poller knows what it
 * waits for, and it has its place in the list s->idle.
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

/* Ends the session, closes the socket, and frees c. */
void conns_close(struct server *s, struct conn *c);

/* Closes all of them, and releases the table. */
void conns_release(struct server *s);

#endif
