/*
 * A reply is appended to the client's output in two pieces: the numbers, and
 * the data. Its length is known beforehand.
 */
#include "reply.h"

#include "wire.h"

static void append_u32(struct reply *r, uint32_t value)
{
    uint8_t bytes[4];

    wire_put_u32(bytes, value);
    buf_append(r->out, bytes, sizeof bytes);
}

void reply_status(struct reply *r, enum reply_status status)
{
    append_u32(r, 4);
    append_u32(r, status);
}

void reply_data(struct reply *r, struct slice data)
{
    append_u32(r, 4 + (uint32_t)data.len);
    append_u32(r, REPLY_OK);
    buf_append(r->out, data.data, data.len);
}
