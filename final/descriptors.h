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

/* Has the system make its table of our descriptors as large as it may become,
 * by opening the highest one for a moment; fd is one that is open. Must be
 * called before there are threads: from then on, whoever makes the table grow
 * waits until no thread can be looking into the old one, up to 20 ms. */
void descriptors_reserve(int fd);

#endif
