#include "resp.h"

#include <stdlib.h>
#include <string.h>

/* The size of the line, its end included; 0: it is not complete. */
static size_t line_size(const char *data, size_t size)
{
    const char *end = memchr(data, '\n', size);
    return end ? (size_t)(end - data) + 1 : 0;
}

static ssize_t bulk_size(const char *data, size_t size, size_t line)
{
    long len = strtol(data + 1, NULL, 10);
    if (len < 0) {
        return (ssize_t)line;
    }
    size_t all = line + (size_t)len + 2;
    return all <= size ? (ssize_t)all : 0;
}

static ssize_t values_size(const char *data, size_t size, size_t line, long count)
{
    size_t at = line;
    for (long i = 0; i < count; i++) {
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
    }
    switch (data[0]) {
    case '+': case '-': case ':': case ',': case '_': case '#': case '(':
        return (ssize_t)line;
    case '$': case '=': case '!':
        return bulk_size(data, size, line);
    case '*': case '~': case '>':
        return values_size(data, size, line, strtol(data + 1, NULL, 10));
    case '%':
        return values_size(data, size, line, 2 * strtol(data + 1, NULL, 10));
    default:
        return -1;
    }
}

bool resp_is_array(const struct value *v)
{
    return !v->null && memchr("*~>%", v->mark, 4);
}

struct value resp_value(const char *data)
{
    size_t line = (size_t)(strchr(data, '\n') - data) + 1;
    long count = strtol(data + 1, NULL, 10);
    struct value v = {.mark = data[0], .text = data + 1, .len = line - 3, .size = line};
    if (memchr("$=!", v.mark, 3)) {
        v.null = count < 0;
        v.text = data + line;
        v.len = v.null ? 0 : (size_t)count;
        v.size = v.null ? line : line + v.len + 2;
    } else if (memchr("*~>%", v.mark, 4)) {
        v.null = count < 0;
        v.count = v.null ? 0 : (size_t)count * (v.mark == '%' ? 2 : 1);
        v.inside = data + line;
        for (size_t i = 0; i < v.count; i++) {
            v.size += resp_value(data + v.size).size;
        }
    } else if (v.mark == '_') {
        v.null = true;
    }
    return v;
}
