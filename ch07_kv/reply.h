/*
 * reply: what a command answers: a status, and data to the message's end.
 *
 *     +--------+--------+----------
 *     | length | status | data ...     numbers: u32, little-endian
 *     +--------+--------+----------
 */
#ifndef REPLY_H
#define REPLY_H

#include <stdint.h>

#include "buffer.h"
#include "slice.h"

enum reply_status {
    REPLY_OK = 0,
    REPLY_ERR = 1, /* no such command, or not with so many arguments */
    REPLY_NX = 2,  /* no such key */
};

struct reply {
    struct buf *out; /* where it is written */
};

void reply_status(struct reply *r, enum reply_status status);
void reply_data(struct reply *r, struct slice data); /* with REPLY_OK */

#endif
