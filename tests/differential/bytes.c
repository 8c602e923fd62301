#include "bytes.h"

#include <stdlib.h>
#include <string.h>

_Noreturn void die(const char *what)
{
    fprintf(stderr, "differential: %s\n", what);
    exit(2);
}

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
    size_t cap = b->cap ? b->cap : 64;
    if (b->at && b->cap - b->len >= more) {
        return;
    }
    while (cap - b->len < more) {
        cap *= 2;
    }
    b->at = resized(b->at, cap);
    b->cap = cap;
}

void bytes_add(struct bytes *b, const void *data, size_t len)
{
    bytes_reserve(b, len);
    if (len > 0) {
        memcpy(b->at + b->len, data, len);
    }
    b->len += len;
}

void bytes_add_text(struct bytes *b, const char *text)
{
    bytes_add(b, text, strlen(text));
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

static void print_escaped(FILE *to, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c == '\r' || c == '\n') {
            fputs(c == '\r' ? "\\r" : "\\n", to);
        } else if (c == '"' || c == '\\') {
            fprintf(to, "\\%c", c);
        } else if (c < ' ' || c > '~') {
            fprintf(to, "\\x%02x", c);
        } else {
            fputc(c, to);
        }
    }
}

void print_quoted(FILE *to, const char *data, size_t len, size_t most)
{
    size_t shown = len < most ? len : most;
    fputc('"', to);
    print_escaped(to, data, shown);
    fputc('"', to);
    if (shown < len) {
        fprintf(to, " ... %zu bytes", len);
    }
}

void print_word(FILE *to, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '\\') {
            print_quoted(to, data, len, len);
            return;
        }
    }
    if (len == 0) {
        fputs("\"\"", to);
    }
    fwrite(data, 1, len, to);
}
