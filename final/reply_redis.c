/*
 * RESP has a form for each of these values, see reply_resp.h. The book's
 * protocol has not: there the closest value of reply.h takes its place. Errors
 * of the book's commands are rows, with a code and a text for the book, and
 * another text for Redis.
 */
#include "reply_redis.h"

#include <stdarg.h>
#include <stdio.h>

#include "reply_resp.h"

void reply_ok(struct reply *r)
{
    if (r->proto == PROTO_BINARY)
        reply_nil(r);
    else
        resp_status(r, "OK");
}

void reply_status(struct reply *r, const char *text)
{
    if (r->proto == PROTO_BINARY)
        reply_cstr(r, text);
    else
        resp_status(r, text);
}

void reply_null_arr(struct reply *r)
{
    if (r->proto == PROTO_RESP2)
        resp_number(r, '*', -1);
    else
        reply_nil(r);
}

void reply_map(struct reply *r, size_t npairs)
{
    if (r->proto == PROTO_RESP3)
        resp_number(r, '%', (int64_t)npairs);
    else
        reply_arr(r, npairs * 2);
}

void reply_set(struct reply *r, size_t n)
{
    if (r->proto == PROTO_RESP3)
        resp_number(r, '~', (int64_t)n);
    else
        reply_arr(r, n);
}

/* The map was begun by reply_arr_begin(). */
void reply_map_end(struct reply *r, size_t at, size_t npairs)
{
    if (r->proto == PROTO_RESP3)
        resp_insert(r, at, '%', npairs);
    else
        reply_arr_end(r, at, npairs * 2);
}

void reply_text(struct reply *r, struct slice text)
{
    if (r->proto == PROTO_BINARY)
        reply_str(r, text);
    else
        resp_text(r, text);
}

void reply_cstr(struct reply *r, const char *str)
{
    reply_str(r, slice_of(str));
}

void reply_pair(struct reply *r, const char *name, const char *value)
{
    reply_cstr(r, name);
    reply_cstr(r, value);
}

/* Where nothing else waits to be sent, the text is not copied: its memory
 * becomes the client's output, and its length is put in front. */
void reply_buf(struct reply *r, struct buf *text)
{
    struct slice all = {.data = buf_data(text), .len = buf_size(text)};

    if (r->proto == PROTO_RESP2 && buf_size(r->out) == 0 && all.len < r->most) {
        *r->out = *text;
        *text = (struct buf){0};
        resp_raw(r, "\r\n", 2);
        resp_insert(r, 0, '$', all.len);
        return;
    }
    reply_text(r, all);
    buf_free(text);
}

bool reply_error(struct reply *r, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    reply_err(r, ERR_BAD_ARG, text);
    return false;
}

/* Redis's words for more than one of the book's errors. */
static const char wrong_type[] =
    "WRONGTYPE Operation against a key holding the wrong kind of value";
static const char not_int[] = "ERR value is not an integer or out of range";
static const char not_float[] = "ERR value is not a valid float";

static const struct {
    enum reply_error code;
    const char *book;
    const char *redis;
} book_errors[] = {
    [BOOK_NO_COMMAND] = {ERR_UNKNOWN, "unknown command.",
                         "ERR unknown command"},
    [BOOK_NO_SUBJECT] = {ERR_UNKNOWN, "unknown command.",
                         "ERR there is nothing to inspect by that name"},
    [BOOK_NOT_STR] = {ERR_BAD_TYP, "not a string value", wrong_type},
    [BOOK_SET_NOT_STR] = {ERR_BAD_TYP, "a non-string value exists", wrong_type},
    [BOOK_NOT_ZSET] = {ERR_BAD_TYP, "expect zset", wrong_type},
    [BOOK_NOT_FLOAT] = {ERR_BAD_ARG, "expect float", not_float},
    [BOOK_NOT_FP] = {ERR_BAD_ARG, "expect fp number", not_float},
    [BOOK_NOT_INT] = {ERR_BAD_ARG, "expect int", not_int},
    [BOOK_NOT_INT64] = {ERR_BAD_ARG, "expect int64", not_int},
};

bool reply_book_error(struct reply *r, enum book_error error)
{
    reply_err(r, book_errors[error].code,
              r->proto == PROTO_BINARY ? book_errors[error].book
                                       : book_errors[error].redis);
    return false;
}

bool reply_not_int(struct reply *r)
{
    return reply_error(r, "%s", not_int);
}

bool reply_not_float(struct reply *r)
{
    return reply_error(r, "%s", not_float);
}

bool reply_syntax_error(struct reply *r)
{
    return reply_error(r, "ERR syntax error");
}
