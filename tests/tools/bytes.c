/*
 * The memory at least doubles whenever it is too small, so adding n bytes one
 * by one copies about n bytes in all.
 */
#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"

enum { FIRST_CAP = 64, CHUNK = 64 * 1024 };

void *resized(void *old, size_t size)
{
    void *new = realloc(old, size ? size : 1);
    if (!new) {
        die("out of memory");
    }
    return new;
}

void bytes_reserve(struct bytes *b, size_t more)
{
    size_t cap = b->cap ? b->cap : FIRST_CAP;
    if (b->cap - b->len > more) {
        return;
    }
    while (cap - b->len <= more) {
        cap *= 2;
    }
    b->at = resized(b->at, cap);
    b->cap = cap;
}

/* Len bytes have been written into the room behind the last one. */
static void extend(struct bytes *b, size_t len)
{
    b->len += len;
    b->at[b->len] = '\0';
}

void bytes_add(struct bytes *b, const void *data, size_t len)
{
    bytes_reserve(b, len);
    if (len > 0) {
        memcpy(b->at + b->len, data, len);
    }
    extend(b, len);
}

void bytes_add_text(struct bytes *b, const char *text)
{
    bytes_add(b, text, strlen(text));
}

void bytes_fill(struct bytes *b, size_t count, char c)
{
    bytes_reserve(b, count);
    memset(b->at + b->len, c, count);
    extend(b, count);
}

void bytes_print(struct bytes *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    bytes_reserve(b, (size_t)len);
    va_start(args, format);
    vsnprintf(b->at + b->len, (size_t)len + 1, format, args);
    va_end(args);
    extend(b, (size_t)len);
}

ssize_t bytes_read(struct bytes *b, int fd)
{
    bytes_reserve(b, CHUNK);
    ssize_t n = read(fd, b->at + b->len, CHUNK);
    extend(b, n > 0 ? (size_t)n : 0);
    return n;
}

void bytes_cut(struct bytes *b, size_t at, size_t len)
{
    memmove(b->at + at, b->at + at + len, b->len - at - len);
    b->len -= len;
}

void bytes_consume(struct bytes *b, size_t len)
{
    bytes_cut(b, 0, len);
}

void bytes_free(struct bytes *b)
{
    free(b->at);
    *b = (struct bytes){0};
}
