/*
 * asker: a client of one server, which counts the replies to what it asks. Several can wait
 * together. (The peer of tests/tools plays a script, byte by byte, and may be either end.)
 *
 * Always true: while sending waits for the server to read, it reads the server's replies.
 */
#ifndef ASKER_H
#define ASKER_H

#include <stdbool.h>
#include <stddef.h>

#include "../tools/address.h"
#include "../tools/bytes.h"

struct asker {
    int fd;          /* -1: not connected */
    struct bytes in; /* what came and was not taken yet */
    struct bytes out;
    size_t replies; /* complete ones in "in" ... */
    size_t parsed;  /* ... which take this many bytes */
    size_t wanted;  /* replies to wait for: askers_await() */
    bool ended;     /* the server has closed, or sent something malformed */
};

/* Connects; false if it cannot. */
bool asker_open(struct asker *a, const struct address *server);

void asker_close(struct asker *a);

/* Sends out and reads until each of the n has as many replies as it wants, or has ended. False when
 * nothing has moved for that many ms. */
bool askers_await(struct asker *const *askers, size_t n, int patience_ms);

/* The same, where all want as many. */
bool askers_exchange(struct asker *const *askers, size_t n, size_t wanted, int patience_ms);

/* Forgets the replies that have been read. */
void asker_forget(struct asker *a);

#endif
