#include "reply_resp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "number.h"

/* One request can ask for more than there is memory for (MGET k k k ...). So
 * what is too much is left out, and then the client has to be closed. */
void resp_raw(struct reply *r, const void *data, size_t n)
{
    if (r->too_big || buf_size(r->out) + n > r->most)
        r->too_big = true;
    else
        buf_append(r->out, data, n);
}

static void line(struct reply *r, char mark, const char *text)
{
    resp_raw(r, &mark, 1);
    resp_raw(r, text, strlen(text));
    resp_raw(r, "\r\n", 2);
}

void resp_number(struct reply *r, char mark, int64_t value)
{
    char text[NUMBER_MAX_INT];

    number_print_int(text, value);
    line(r, mark, text);
}

void resp_str(struct reply *r, struct slice str)
{
    resp_number(r, '$', (int64_t)str.len);
    resp_raw(r, str.data, str.len);
    resp_raw(r, "\r\n", 2);
}

void resp_nil(struct reply *r)
{
    line(r, r->proto == PROTO_RESP3 ? '_' : '$',
         r->proto == PROTO_RESP3 ? "" : "-1");
}

void resp_dbl(struct reply *r, double value)
{
    char text[NUMBER_MAX_DOUBLE];

    number_print_double(text, value);
    if (r->proto == PROTO_RESP3)
        line(r, ',', text);
    else
        resp_str(r, slice_of(text));
}

void resp_error(struct reply *r, const char *text)
{
    static const char wrong_type[] =
        "WRONGTYPE Operation against a key holding the wrong kind of value";
    static const char not_int[] = "ERR value is not an integer or out of range";
    static const char not_float[] = "ERR value is not a valid float";
    static const char *const words[][2] = {
        {"unknown command.", "ERR there is nothing to inspect by that name"},
        {"not a string value", wrong_type},
        {"expect zset", wrong_type},
        {"expect float", not_float},
        {"expect fp number", not_float},
        {"expect int", not_int},
        {"expect int64", not_int},
    };
    char copy[512];

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i][0]) == 0)
            text = words[i][1];
    }
    /* The text may quote what the client sent: it must stay one line. */
    snprintf(copy, sizeof copy, "%s", text);
    for (char *c = copy; *c; c++) {
        if (*c == '\r' || *c == '\n')
            *c = ' ';
    }
    line(r, '-', copy);
}

/* The count stands before the values, and was not known when they were
 * written: so they move back a little to make room. */
void resp_insert(struct reply *r, size_t at, char mark, size_t n)
{
    size_t size = buf_size(r->out) - at;
    char head[32];

    int len = snprintf(head, sizeof head, "%c%zu\r\n", mark, n);
    resp_raw(r, head, (size_t)len);
    if (r->too_big)
        return;
    uint8_t *values = buf_data(r->out) + at;
    memmove(values + len, values, size);
    memcpy(values, head, (size_t)len);
}

void reply_ok(struct reply *r)
{
    if (r->proto == PROTO_BINARY)
        reply_nil(r);
    else
        line(r, '+', "OK");
}

void reply_status(struct reply *r, const char *text)
{
    if (r->proto == PROTO_BINARY)
        reply_cstr(r, text);
    else
        line(r, '+', text);
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

/* Begun by reply_arr_begin(). */
void reply_map_end(struct reply *r, size_t at, size_t npairs)
{
    if (r->proto == PROTO_RESP3)
        resp_insert(r, at, '%', npairs);
    else
        reply_arr_end(r, at, npairs * 2);
}

void reply_text(struct reply *r, struct slice text)
{
    if (r->proto != PROTO_RESP3) {
        reply_str(r, text);
        return;
    }
    resp_number(r, '=', (int64_t)text.len + 4);
    resp_raw(r, "txt:", 4);
    resp_raw(r, text.data, text.len);
    resp_raw(r, "\r\n", 2);
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

void reply_buf(struct reply *r, struct buf *text)
{
    reply_text(r,
               (struct slice){.data = buf_data(text), .len = buf_size(text)});
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

bool reply_not_int(struct reply *r)
{
    return reply_error(r, "ERR value is not an integer or out of range");
}

bool reply_not_float(struct reply *r)
{
    return reply_error(r, "ERR value is not a valid float");
}

bool reply_syntax_error(struct reply *r)
{
    return reply_error(r, "ERR syntax error");
}
