/*
 * conns: the open connections, found by descriptor.
 *
 * Always true: every open connection stands in s->conns, is known to the
 * poller for what it waits for, and has its place in the list of s->idle.
 */
#ifndef CONNS_H
#define CONNS_H

#include "server.h"

/* The connection with that descriptor, or NULL. */
struct conn *conns_find(const struct server *s, int fd);

/* Takes over an accepted socket, which it closes if there are too many. */
void conns_add(struct server *s, int fd);

/* Tells the poller what c waits for, if that has changed. Where the poller
 * cannot be told, c is to be closed. */
void conns_watch(struct server *s, struct conn *c);

void conns_close(struct server *s, struct conn *c);

/* Closes all of them, and releases the table. */
void conns_release(struct server *s);

#endif
