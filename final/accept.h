/*
 * accept: new connections, from all sockets that the server listens on.
 */
#ifndef ACCEPT_H
#define ACCEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "server.h"

/* Has the poller report the listeners. Returns 0, or -1 (errno tells why). */
int accept_init(struct server *s);

/* Accepts connections that wait at fd, a bounded number of them. Returns false
 * if fd is not a listener. */
bool accept_from(struct server *s, int fd);

/* Tries listeners again that have failed. */
void accept_retry(struct server *s);

/* Returns when to do so, or UINT64_MAX if none has failed. */
uint64_t accept_deadline(const struct server *s);

/* Closes the listeners. */
void accept_end(struct server *s);

#endif
