/*
 * reply_out: where a reply is written, and in which protocol. What is written
 * there is said by reply.h, and for RESP by reply_resp.h.
 */
#ifndef REPLY_OUT_H
#define REPLY_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/* How a client speaks, which is how it is answered. */
enum protocol {
    PROTO_UNKNOWN, /* it has not sent four bytes yet */
    PROTO_BINARY,
    PROTO_RESP2,
    PROTO_RESP3,
};

struct reply {
    struct buf *out; /* where it is written */
    enum protocol proto;
    size_t most;       /* what out may hold, if not binary */
    size_t start;      /* how much there was in it before */
    bool too_big;      /* what would not fit was left out */
    uint64_t *nerrors; /* where errors are counted; NULL: nowhere */
};

#endif
