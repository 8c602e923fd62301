/*
 * A value is a line with a mark at its front, and perhaps bytes behind it.
 * Nearly all are added to the client's output in one piece, so that there is
 * one check per value whether it still fits.
 */
#include "reply_resp.h"

#include <stdio.h>
#include <string.h>

#include "number.h"

/* Makes room for n bytes, and returns where the caller must write them. One
 * request can ask for more than there is memory for (MGET k k k ...). What
 * would be too much is left out (NULL), and then the client must be closed. */
static uint8_t *add_room(struct reply *r, size_t n)
{
    if (r->too_big || buf_size(r->out) + n > r->most) {
        r->too_big = true;
        return NULL;
    }
    return buf_extend(r->out, n);
}

static uint8_t *put(uint8_t *at, const void *data, size_t n)
{
    if (n > 0)
        memcpy(at, data, n);
    return at + n;
}

void resp_raw(struct reply *r, const void *data, size_t n)
{
    uint8_t *at = n > 0 ? add_room(r, n) : NULL;

    if (at)
        put(at, data, n);
}

static void add_line(struct reply *r, char mark, const char *text, size_t len)
{
    uint8_t *at = add_room(r, 1 + len + 2);

    if (!at)
        return;
    at = put(at, &mark, 1);
    at = put(at, text, len);
    put(at, "\r\n", 2);
}

void resp_number(struct reply *r, char mark, int64_t value)
{
    char text[NUMBER_MAX_INT];

    add_line(r, mark, text, number_print_int(text, value));
}

void resp_str(struct reply *r, struct slice str)
{
    char digits[NUMBER_MAX_INT];
    size_t ndigits = number_print_int(digits, (int64_t)str.len);
    uint8_t *at = add_room(r, 1 + ndigits + 2 + str.len + 2);

    if (!at)
        return;
    at = put(at, "$", 1);
    at = put(at, digits, ndigits);
    at = put(at, "\r\n", 2);
    at = put(at, str.data, str.len);
    put(at, "\r\n", 2);
}

void resp_nil(struct reply *r)
{
    if (r->proto == PROTO_RESP3)
        add_line(r, '_', "", 0);
    else
        add_line(r, '$', "-1", 2);
}

void resp_dbl(struct reply *r, double value)
{
    char text[NUMBER_MAX_DOUBLE];

    size_t len = number_print_double(text, value);
    if (r->proto == PROTO_RESP3)
        add_line(r, ',', text, len);
    else
        resp_str(r, slice_of(text));
}

void resp_text(struct reply *r, struct slice text)
{
    if (r->proto != PROTO_RESP3) {
        resp_str(r, text);
        return;
    }
    resp_number(r, '=', (int64_t)text.len + 4);
    resp_raw(r, "txt:", 4);
    resp_raw(r, text.data, text.len);
    resp_raw(r, "\r\n", 2);
}

void resp_status(struct reply *r, const char *text)
{
    add_line(r, '+', text, strlen(text));
}

/* The text may quote what the client sent: it must stay one line. */
void resp_error(struct reply *r, const char *text)
{
    char copy[512];

    snprintf(copy, sizeof copy, "%s", text);
    for (char *c = copy; *c; c++) {
        if (*c == '\r' || *c == '\n')
            *c = ' ';
    }
    add_line(r, '-', copy, strlen(copy));
}

/* The count comes before the values, but was not known when they were written.
 * So it is written behind them, and they move back a little to let it in. */
void resp_insert(struct reply *r, size_t at, char mark, size_t n)
{
    size_t size = buf_size(r->out) - at;
    char head[NUMBER_MAX_INT + 3];

    resp_number(r, mark, (int64_t)n);
    if (r->too_big)
        return;
    uint8_t *values = buf_data(r->out) + at;
    size_t len = buf_size(r->out) - at - size;
    memcpy(head, values + size, len);
    memmove(values + len, values, size);
    memcpy(values, head, len);
}
