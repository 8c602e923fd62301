/*
 * A value is a line, which begins with its mark; behind some lines come bytes,
 * behind others more values. resp_size() trusts nothing, and resp_value()
 * everything: so only what is known to be complete is taken apart.
 */
#include "resp.h"

#include <stdlib.h>
#include <string.h>

/* What a mark says about the value behind it. */
static bool has_bytes(char mark)
{
    return memchr("$=!", mark, 3);
}

static bool has_values(char mark)
{
    return memchr("*~>%", mark, 4);
}

static bool is_line(char mark)
{
    return memchr("+-:,_#(", mark, 7);
}

/* How many values are inside, according to the line; a map counts pairs. */
static long values_of(const char *data)
{
    return strtol(data + 1, NULL, 10) * (data[0] == '%' ? 2 : 1);
}

/* The size of the line, its end included; 0: it is not complete. */
static size_t line_size(const char *data, size_t size)
{
    const char *end = memchr(data, '\n', size);
    return end ? (size_t)(end - data) + 1 : 0;
}

static ssize_t bytes_size(const char *data, size_t size, size_t line)
{
    long len = strtol(data + 1, NULL, 10);
    if (len < 0) {
        return (ssize_t)line;
    }
    size_t all = line + (size_t)len + 2;
    return all <= size ? (ssize_t)all : 0;
}

static ssize_t values_size(const char *data, size_t size, size_t line)
{
    size_t at = line;
    for (long left = values_of(data); left > 0; left--) {
        ssize_t n = resp_size(data + at, size - at);
        if (n <= 0) {
            return n;
        }
        at += (size_t)n;
    }
    return (ssize_t)at;
}

ssize_t resp_size(const char *data, size_t size)
{
    size_t line = line_size(data, size);
    if (line == 0) {
        return 0;
    } else if (line < 3 || data[line - 2] != '\r') {
        return -1;
    } else if (has_bytes(data[0])) {
        return bytes_size(data, size, line);
    } else if (has_values(data[0])) {
        return values_size(data, size, line);
    }
    return is_line(data[0]) ? (ssize_t)line : -1;
}

struct value resp_value(const char *data)
{
    size_t line = (size_t)(strchr(data, '\n') - data) + 1;
    struct value v = {
        .mark = data[0], .text = data + 1, .len = line - 3, .size = line};
    if (has_bytes(v.mark)) {
        long len = strtol(data + 1, NULL, 10);
        v.null = len < 0;
        v.text = data + line;
        v.len = v.null ? 0 : (size_t)len;
        v.size = v.null ? line : line + v.len + 2;
    } else if (has_values(v.mark)) {
        long count = values_of(data);
        v.null = count < 0;
        v.count = v.null ? 0 : (size_t)count;
        v.inside = data + line;
        for (size_t i = 0; i < v.count; i++) {
            v.size += resp_value(data + v.size).size;
        }
    } else if (v.mark == '_') {
        v.null = true;
    }
    return v;
}

bool resp_is_array(const struct value *v)
{
    return !v->null && has_values(v->mark);
}

void resp_add_array(struct bytes *to, size_t n)
{
    bytes_print(to, "*%zu\r\n", n);
}

void resp_add_word(struct bytes *to, const void *data, size_t len)
{
    bytes_print(to, "$%zu\r\n", len);
    bytes_add(to, data, len);
    bytes_add(to, "\r\n", 2);
}
