/*
 * net: sockets to listen on and to connect with.
 */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"

/* Opens all listening sockets that the settings name, and says on stdout
 * where they can be reached. Ends the program where it cannot (status 1), or
 * may not: an address that others can reach needs a password (status 2).
 * Returns how many there are. */
size_t net_listen(struct config *c, int *fds, size_t most);

/* Connects to a host and port, or, if port is NULL, to the socket of a path.
 * Returns the socket, or -1 with *error saying why. */
int net_connect(const char *host, const char *port, const char **error);

/* The address of this end of a connection, or of its peer, as text; "?" if
 * the connection is no more. */
void net_address(int fd, bool peer, char *text, size_t size);

#endif
