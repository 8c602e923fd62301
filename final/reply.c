#include "reply.h"

#include <string.h>

#include "reply_resp.h"
#include "wire.h"

/* A reply can hold more than a message may: keys of a large table, say. Then
 * memory is not spent on the rest. */
static void append(struct reply *r, const void *data, size_t n)
{
    if (r->proto != PROTO_BINARY) {
        resp_raw(r, data, n);
        return;
    }
    size_t body = buf_size(r->out) - r->start - WIRE_HEADER;

    if (r->too_big || body + n > WIRE_MAX_BODY)
        r->too_big = true;
    else
        buf_append(r->out, data, n);
}

static void append_tag(struct reply *r, enum reply_tag tag)
{
    uint8_t byte = (uint8_t)tag;

    append(r, &byte, 1);
}

static void append_u32(struct reply *r, size_t value)
{
    uint8_t bytes[4];

    wire_put_u32(bytes, (uint32_t)value);
    append(r, bytes, sizeof bytes);
}

static void append_u64(struct reply *r, uint64_t value)
{
    uint8_t bytes[8];

    wire_put_u64(bytes, value);
    append(r, bytes, sizeof bytes);
}

void reply_begin(struct reply *r)
{
    static const uint8_t no_length_yet[WIRE_HEADER];

    r->start = buf_size(r->out);
    r->too_big = false;
    if (r->proto != PROTO_BINARY)
        return;
    buf_append(r->out, no_length_yet, WIRE_HEADER);
}

void reply_end(struct reply *r)
{
    if (r->proto != PROTO_BINARY)
        return;
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
    if (r->proto != PROTO_BINARY) {
        resp_nil(r);
        return;
    }
    append_tag(r, REPLY_NIL);
}

void reply_err(struct reply *r, enum reply_error code, const char *text)
{
    if (r->nerrors)
        ++*r->nerrors;
    if (r->proto != PROTO_BINARY) {
        resp_error(r, text);
        return;
    }
    append_tag(r, REPLY_ERR);
    append_u32(r, code);
    append_u32(r, strlen(text));
    append(r, text, strlen(text));
}

void reply_str(struct reply *r, struct slice str)
{
    if (r->proto != PROTO_BINARY) {
        resp_str(r, str);
        return;
    }
    append_tag(r, REPLY_STR);
    append_u32(r, str.len);
    append(r, str.data, str.len);
}

void reply_int(struct reply *r, int64_t value)
{
    if (r->proto != PROTO_BINARY) {
        resp_number(r, ':', value);
        return;
    }
    append_tag(r, REPLY_INT);
    append_u64(r, (uint64_t)value);
}

void reply_dbl(struct reply *r, double value)
{
    if (r->proto != PROTO_BINARY) {
        resp_dbl(r, value);
        return;
    }
    append_tag(r, REPLY_DBL);
    append_u64(r, wire_bits_of(value));
}

void reply_arr(struct reply *r, size_t n)
{
    if (r->proto != PROTO_BINARY) {
        resp_number(r, '*', (int64_t)n);
        return;
    }
    append_tag(r, REPLY_ARR);
    append_u32(r, n);
}

size_t reply_arr_begin(struct reply *r)
{
    if (r->proto != PROTO_BINARY)
        return buf_size(r->out);
    reply_arr(r, 0);
    return buf_size(r->out) - 4;
}

void reply_arr_end(struct reply *r, size_t at, size_t n)
{
    if (r->proto != PROTO_BINARY)
        resp_insert(r, at, '*', n);
    else if (!r->too_big)
        wire_put_u32(buf_data(r->out) + at, (uint32_t)n);
}

void reply_raw(struct reply *r, const void *data, size_t n)
{
    append(r, data, n);
}
