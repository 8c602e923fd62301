/*
 * accept: new connections, from all sockets that the server listens on.
 */
#ifndef ACCEPT_H
#define ACCEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "server.h"

/* Has the poller report the listeners. Returns 0, or -1 (errno). */
int accept_init(struct server *s);

/* Accepts the connections that wait at fd, a bounded number. Returns false if
 * it is no listener. */
bool accept_from(struct server *s, int fd);

/* Tries those listeners again that have failed. */
void accept_retry(struct server *s);

/* When to do so, or UINT64_MAX. */
uint64_t accept_deadline(const struct server *s);

/* Closes the listeners. */
void accept_end(struct server *s);

#endif
