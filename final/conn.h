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
#include "request.h"
#include "resp.h"
#include "session.h"

enum {
    CONN_READ_SIZE = 64 * 1024, /* read at most this much at a time */
    CONN_WRITE_SIZE = 256 * 1024, /* and write at most this much */
    CONN_MAX_OUT = 256 * 1024,  /* with this much unsent, answer no more */
};

/* The same for clients that have not authenticated. With these limits, and that
 * for requests (protocol.c), one of them makes us hold 64 KB at most. */
enum {
    CONN_READ_SIZE_UNKNOWN = 8 * 1024,
    CONN_MAX_OUT_UNKNOWN = 16 * 1024,
};

/* A RESP request that has arrived in part: how far it is parsed. */
struct partial {
    struct request request;
    struct resp resp;
};

struct conn {
    int fd;
    bool want_read;  /* wait until there are bytes to read */
    bool want_write; /* wait until there is room to write */
    bool want_close; /* nothing more to do, or no way to do it */
    bool stalled;    /* requests may wait in "in" for us to go on */
    bool eof;        /* the client will send no more */
    bool quiet;      /* its connecting and closing are not logged */
    bool served;     /* a request of it has run in this turn */
    bool quitting;   /* it is closed after this reply */
    bool refused;    /* what else it sends is not looked at */
    uint64_t last_active_ms; /* when the last event for it was seen */
    struct list idle_node;   /* its place in the list of idle.h */
    uint64_t io_since_ms; /* when it last made progress with a message */
    size_t io_moved;      /* bytes received and sent since then */
    struct list io_node;
    struct list turn_node;   /* on the list when there is something to do */
    uint16_t nplanned;       /* requests that are planned, see batch.h */
    uint16_t polled;         /* the events that the poller waits for */
    size_t planned;          /* bytes of "in" that those take */
    struct partial *partial; /* NULL: none has arrived in part */
    struct session session;
    struct buf in;   /* received, not yet answered */
    struct buf out;  /* replies, not yet sent */
};

/* Takes over fd, a non-blocking socket. */
struct conn *conn_new(int fd);

/* Takes it off every list that it is on. */
void conn_detach(struct conn *c);

/* Closes the socket and releases everything but the session. */
void conn_free(struct conn *c);

/* Forgets how far a request has been parsed. */
void conn_drop_partial(struct conn *c);

/* Reads once, what there is. */
void conn_fill(struct conn *c);

/* Writes once, what the socket takes. */
void conn_flush(struct conn *c);

/* No more requests are taken from this client. What it is owed still goes
 * out; then it sees the end of the stream. */
void conn_refuse(struct conn *c);

/* Returns whether it may do what needs the password, if there is one. */
bool conn_is_trusted(const struct conn *c, const char *password);

/* Has the connection closed when its turn ends, and logs why. */
void conn_drop(struct conn *c, const char *why);

/* When all that is possible now has been done: sets the want_ flags. */
void conn_settle(struct conn *c);

#endif
