/*
 * Every value is added in one piece, by add(), which also watches the limit.
 * Nobody knows a reply's length beforehand: reply_begin() leaves room for it,
 * and reply_end() fills it in.
 */
#include "reply.h"

#include <string.h>

#include "wire.h"

/* Adds a value in one piece: the tag and numbers in its head, then the bytes
 * of a text, if any. A reply can hold more than a message may: keys of a large
 * table, say. Then memory is not spent on the rest. */
static void add(struct reply *r, const uint8_t *head, size_t len,
                struct slice text)
{
    size_t body = buf_size(r->out) - r->start - WIRE_HEADER;

    if (r->too_big || body + len + text.len > WIRE_MAX_BODY) {
        r->too_big = true;
        return;
    }
    uint8_t *at = buf_extend(r->out, len + text.len);
    memcpy(at, head, len);
    if (text.len > 0)
        memcpy(at + len, text.data, text.len);
}

static const struct slice no_text;

void reply_begin(struct reply *r)
{
    static const uint8_t no_length_yet[WIRE_HEADER];

    r->start = buf_size(r->out);
    r->too_big = false;
    buf_append(r->out, no_length_yet, WIRE_HEADER);
}

void reply_end(struct reply *r)
{
    if (r->too_big) {
        r->too_big = false;
        buf_truncate(r->out, r->start + WIRE_HEADER);
        reply_err(r, ERR_TOO_BIG, "response is too big.");
    }

    size_t body = buf_size(r->out) - r->start - WIRE_HEADER;
    wire_put_u32(buf_data(r->out) + r->start, (uint32_t)body);
}

void reply_nil(struct reply *r)
{
    uint8_t head[1] = {REPLY_NIL};

    add(r, head, sizeof head, no_text);
}

void reply_err(struct reply *r, enum reply_error code, const char *text)
{
    struct slice str = slice_of(text);
    uint8_t head[9] = {REPLY_ERR};

    wire_put_u32(head + 1, code);
    wire_put_u32(head + 5, (uint32_t)str.len);
    add(r, head, sizeof head, str);
}

void reply_str(struct reply *r, struct slice str)
{
    uint8_t head[5] = {REPLY_STR};

    wire_put_u32(head + 1, (uint32_t)str.len);
    add(r, head, sizeof head, str);
}

void reply_int(struct reply *r, int64_t value)
{
    uint8_t head[9] = {REPLY_INT};

    wire_put_u64(head + 1, (uint64_t)value);
    add(r, head, sizeof head, no_text);
}

void reply_dbl(struct reply *r, double value)
{
    uint8_t head[9] = {REPLY_DBL};

    wire_put_u64(head + 1, wire_bits_of(value));
    add(r, head, sizeof head, no_text);
}

void reply_arr(struct reply *r, size_t n)
{
    uint8_t head[5] = {REPLY_ARR};

    wire_put_u32(head + 1, (uint32_t)n);
    add(r, head, sizeof head, no_text);
}

size_t reply_arr_begin(struct reply *r)
{
    reply_arr(r, 0);
    return buf_size(r->out) - 4;
}

void reply_arr_end(struct reply *r, size_t at, size_t n)
{
    if (!r->too_big)
        wire_put_u32(buf_data(r->out) + at, (uint32_t)n);
}
