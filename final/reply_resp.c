#include "reply_resp.h"

#include <stdio.h>
#include <string.h>

#include "number.h"

static void append(struct reply *r, const void *data, size_t n)
{
    buf_append(r->out, data, n);
}

void resp_line(struct reply *r, char mark, const char *text)
{
    append(r, &mark, 1);
    append(r, text, strlen(text));
    append(r, "\r\n", 2);
}

void resp_number(struct reply *r, char mark, int64_t value)
{
    char text[NUMBER_MAX_INT];

    number_print_int(text, value);
    resp_line(r, mark, text);
}

void resp_str(struct reply *r, char mark, struct slice str)
{
    resp_number(r, mark, (int64_t)str.len);
    append(r, str.data, str.len);
    append(r, "\r\n", 2);
}

void resp_nil(struct reply *r)
{
    resp_line(r, r->proto == PROTO_RESP3 ? '_' : '$',
              r->proto == PROTO_RESP3 ? "" : "-1");
}

void resp_dbl(struct reply *r, double value)
{
    char text[NUMBER_MAX_DOUBLE];

    number_print_double(text, value);
    if (r->proto == PROTO_RESP3)
        resp_line(r, ',', text);
    else
        resp_str(r, '$', slice_of(text));
}

void resp_verbatim(struct reply *r, struct slice text)
{
    resp_number(r, '=', (int64_t)text.len + 4);
    append(r, "txt:", 4);
    append(r, text.data, text.len);
    append(r, "\r\n", 2);
}

void resp_error(struct reply *r, const char *text)
{
    static const char *const words[][2] = {
        {"unknown command.", "ERR there is nothing to inspect by that name"},
        {"expect zset", "WRONGTYPE Operation against a key holding the wrong "
                        "kind of value"},
        {"expect float", "ERR value is not a valid float"},
        {"expect fp number", "ERR value is not a valid float"},
        {"expect int", "ERR value is not an integer or out of range"},
        {"expect int64", "ERR value is not an integer or out of range"},
    };
    char line[512];

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i][0]) == 0)
            text = words[i][1];
    }
    /* The text may quote what the client sent: it must stay one line. */
    snprintf(line, sizeof line, "%s", text);
    for (char *c = line; *c; c++) {
        if (*c == '\r' || *c == '\n')
            *c = ' ';
    }
    resp_line(r, '-', line);
}

/* The count stands before the values, and was not known when they were
 * written: so they move back a little to make room. */
void resp_insert_arr(struct reply *r, size_t at, size_t n)
{
    size_t size = buf_size(r->out) - at;
    char head[32];

    int len = snprintf(head, sizeof head, "*%zu\r\n", n);
    append(r, head, (size_t)len);
    uint8_t *values = buf_data(r->out) + at;
    memmove(values + len, values, size);
    memcpy(values, head, (size_t)len);
}
