/*
 * net: sockets to listen on and to connect with.
 */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"

/* Opens all listening sockets that the settings name, and says on stdout where
 * they can be reached. Returns how many there are. Ends the program if that is
 * not possible (status 1) or not allowed (2): an address that other machines
 * can reach needs a password. */
size_t net_listen(struct config *c, int *fds, size_t most);

/* Connects to a host and port, or, if port is NULL, to the socket of a path.
 * Returns the socket, or -1 with *error saying why. */
int net_connect(const char *host, const char *port, const char **error);

/* Stores the address of this end of a connection, or of its peer, as text; "?"
 * if the connection has ended. Both ends of a path's are PATH:0. */
void net_address(int fd, bool peer, char *text, size_t size);

#endif
