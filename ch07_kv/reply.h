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

void reply_status(struct buf *out, enum reply_status status);
void reply_data(struct buf *out, struct slice data); /* with REPLY_OK */

#endif
