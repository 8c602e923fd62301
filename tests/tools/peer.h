/*
 * peer.h: one end of a TCP connection, under the control of a script.
 *
 * The socket is non-blocking. Every wait has a deadline, which starts again
 * whenever a byte moves ("no progress for idle_ms").
 *
 * While it sends, it also reads, so two talkative ends cannot block each other;
 * unless `reading` is off (a client that never reads).
 *
 * If the other end closes or resets the connection while we send, that is not
 * an error here. It is remembered, and the next expectation checks it.
 */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "tape.h"

enum peer_end { OPEN, ENDED, RESET };

struct peer {
    char name[32];
    int fd;            /* closed by whoever has opened it */
    bool reading;      /* read while sending */
    enum peer_end end; /* how the other end finished, if it did */
    int64_t ended_ms;  /* when that was noticed */
    struct bytes in;   /* received; consumed up to in_pos */
    size_t in_pos;
    struct bytes out; /* to be sent; gone up to out_pos */
    size_t out_pos;
    bool last; /* shut down the sending side when all is gone */
    struct tape sent;
    struct tape got;
};

/* What has come and is not consumed: how many bytes, and where they begin. The
 * place changes when more comes. */
size_t peer_unread(const struct peer *p);
const char *peer_data(const struct peer *p);

void peer_consume(struct peer *p, size_t len);

/* Takes what is there, by one read(). Returns false if that fails. */
bool peer_read_some(struct peer *p);

/* Sends what is waiting. Returns false if no byte moved for idle_ms. */
bool peer_flush(struct peer *p, size_t idle_ms);

/* Waits for len unread bytes. Returns false at the end of the connection, or
 * if no byte moved for idle_ms, and 100 ms more for each MB that we have sent:
 * there is work in that. */
bool peer_need(struct peer *p, size_t len, size_t idle_ms);

/* Waits that long for anything: a byte or the end. Returns whether it came. */
bool peer_hears(struct peer *p, size_t ms);

/* Gives back the memory of what came and of what was to be sent. */
void peer_free(struct peer *p);

#endif
