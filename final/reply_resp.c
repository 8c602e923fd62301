/*
 * A value is a line with a mark at its front, or several: pieces of text that
 * are added to the client's output one by one.
 */
#include "reply_resp.h"

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
    line(r, '+', text);
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
