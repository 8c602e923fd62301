#include "reply.h"

#include "wire.h"

static void append_u32(struct buf *out, uint32_t value)
{
    uint8_t bytes[4];

    wire_put_u32(bytes, value);
    buf_append(out, bytes, sizeof bytes);
}

void reply_status(struct buf *out, enum reply_status status)
{
    append_u32(out, 4);
    append_u32(out, status);
}

void reply_data(struct buf *out, struct slice data)
{
    append_u32(out, 4 + (uint32_t)data.len);
    append_u32(out, REPLY_OK);
    buf_append(out, data.data, data.len);
}
