/*
 * descriptors: what the server wants of the system for its file descriptors.
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stddef.h>

/* Makes calls on fd return EAGAIN where they would have to wait. Returns 0,
 * or -1 (errno tells why). */
int set_nonblocking(int fd);

/* Raises the limit of descriptors to what that many clients need, and a few
 * more. If the system does not allow it, fewer clients can be served at a time.
 */
void descriptors_allow(size_t clients);

#endif
