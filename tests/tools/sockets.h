/*
 * sockets.h: opens connections and waits for them. The caller closes the
 * descriptors.
 */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <stddef.h>
#include <stdint.h>

/* Connects to the first address of the host that accepts. Returns a blocking
 * socket, or -1. */
int connect_host(const char *host, const char *port);

/* The same for a Unix domain socket. Ends the program if the path is too long
 * for one. */
int connect_path(const char *path);

/* Connects to an IPv4 address within that time. Returns a socket as
 * socket_make_ready() makes it, or -1 with errno. A small rcvbuf makes the
 * other end wait for us soon; 0 leaves the system's size. */
int connect_within(const char *address, uint16_t port, int rcvbuf, size_t ms);

/* Listens on 127.0.0.1; port 0 becomes the one that the system has picked.
 * Returns a socket, or -1 with errno. */
int listen_at(uint16_t *port);

/* Returns the next client as socket_make_ready() makes it, or -1 with errno if
 * none comes within that time. */
int accept_within(int listener, size_t ms);

/* Small pieces go out at once. */
void socket_send_at_once(int fd);

/* That, and no call blocks. */
void socket_make_ready(int fd);

/* Closes with a RST: the other end's next read fails with ECONNRESET. */
void socket_reset(int fd);

#endif
