/*
 * conn: one client's connection, with its bytes on the way in and out.
 *
 *     socket --conn_fill--> in --requests--> out --conn_flush--> socket
 *
 * Always true:
 * - the socket is non-blocking, and no function here waits;
 * - after conn_settle() the want_ flags say what the connection waits for,
 *   and nothing that is already possible is left for another event to start.
 */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "list.h"

enum {
    CONN_READ_SIZE = 64 * 1024, /* read at most this much at a time */
    CONN_MAX_OUT = 256 * 1024,  /* with this much unsent, answer no more */
};

struct conn {
    int fd;
    bool want_read;  /* wait until there are bytes to read */
    bool want_write; /* wait until there is room to write */
    bool want_close; /* nothing more to do, or no way to do it */
    bool stalled;    /* requests may wait in "in" until "out" has room */
    bool eof;        /* the client will send no more */
    bool refused;    /* it sent nonsense: what follows is not looked at */
    uint64_t last_active_ms; /* when the last event for it was seen */
    struct list idle_node;   /* its place in the list of idle.h */
    struct buf in;   /* received, not yet answered */
    struct buf out;  /* replies, not yet sent */
};

/* Takes over fd, a non-blocking socket. */
struct conn *conn_new(int fd);

/* Closes the socket and releases everything. */
void conn_free(struct conn *c);

/* Reads once, what there is. */
void conn_fill(struct conn *c);

/* Writes once, what the socket takes. */
void conn_flush(struct conn *c);

/* No more requests are taken from this client. What it is owed still goes
 * out; then it sees the end of the stream. */
void conn_refuse(struct conn *c);

/* When all that is possible now has been done: sets the want_ flags. */
void conn_settle(struct conn *c);

#endif
