/*
 * bytes.h: strings of any bytes, made from the words of a command line and
 * shown again to a person.
 *
 * A struct bytes owns its memory; {0} is the empty one. A struct tape keeps the
 * first and the last bytes of a long stream, for reports, and forgets the rest.
 *
 * In a word, word_to_bytes() understands \n \r \t \0 \\ \xNN, and \{N*c} for N
 * times the character (or escape) c, so 32 MiB fit into one short word.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    unsigned char *at;
    size_t len;
    size_t cap;
};

/* Says why the script itself is wrong, and exits with status 2. */
static void wrong(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("talk: wrong use: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(2);
}

static void bytes_reserve(struct bytes *b, size_t more)
{
    if (b->cap - b->len >= more) {
        return;
    }
    size_t cap = b->cap ? b->cap : 256;
    while (cap - b->len < more) {
        cap *= 2;
    }
    unsigned char *at = realloc(b->at, cap);
    if (!at) {
        wrong("out of memory");
    }
    b->at = at;
    b->cap = cap;
}

static void bytes_add(struct bytes *b, const void *data, size_t len)
{
    if (len) {
        bytes_reserve(b, len);
        memcpy(b->at + b->len, data, len);
        b->len += len;
    }
}

static void bytes_fill(struct bytes *b, size_t count, unsigned char c)
{
    if (count) {
        bytes_reserve(b, count);
        memset(b->at + b->len, c, count);
        b->len += count;
    }
}

static void bytes_add_u32(struct bytes *b, uint32_t n)
{
    unsigned char le[4] = {
        (unsigned char)n, (unsigned char)(n >> 8),
        (unsigned char)(n >> 16), (unsigned char)(n >> 24),
    };
    bytes_add(b, le, 4);
}

static void bytes_free(struct bytes *b)
{
    free(b->at);
    *b = (struct bytes){0};
}

static uint32_t u32_at(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t u64_at(const unsigned char *p)
{
    return u32_at(p) | (uint64_t)u32_at(p + 4) << 32;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* "05 00_00 00" -> 4 bytes; blanks and underscores are for the eye. */
static struct bytes hex_to_bytes(const char *hex)
{
    struct bytes b = {0};
    for (const char *p = hex; *p; p++) {
        if (*p == ' ' || *p == '_') {
            continue;
        }
        int high = hex_digit(*p), low = high < 0 ? -1 : hex_digit(*++p);
        if (low < 0) {
            wrong("not hexadecimal: %s", hex);
        }
        bytes_fill(&b, 1, (unsigned char)(high * 16 + low));
    }
    return b;
}

static size_t word_to_number(const char *word)
{
    char *end;
    unsigned long long n = strtoull(word, &end, 10);
    if (!*word || *word == '-' || *end) {
        wrong("not a number: %s", word);
    }
    return (size_t)n;
}

/* One character or escape at *p, which moves past it. */
static unsigned char one_char(const char **p)
{
    if (**p != '\\') {
        return (unsigned char)*(*p)++;
    }
    (*p)++;
    switch (*(*p)++) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case '0': return '\0';
    case '\\': return '\\';
    case 'x':
        if (hex_digit((*p)[0]) >= 0 && hex_digit((*p)[1]) >= 0) {
            *p += 2;
            return (unsigned char)(hex_digit((*p)[-2]) * 16 + hex_digit((*p)[-1]));
        }
    }
    wrong("unknown escape; there are \\n \\r \\t \\0 \\\\ \\xNN \\{N*c}");
    return 0;
}

/* \{N*c} at *p, which moves past it. */
static void repeated_char(struct bytes *b, const char **p)
{
    char *end;
    size_t count = strtoull(*p + 2, &end, 10);
    if (*end == '*' && end[1]) {
        const char *c = end + 1;
        unsigned char value = one_char(&c);
        if (*c == '}') {
            bytes_fill(b, count, value);
            *p = c + 1;
            return;
        }
    }
    wrong("expected \\{N*c} at: %.20s", *p);
}

static struct bytes word_to_bytes(const char *word)
{
    struct bytes b = {0};
    while (*word) {
        if (word[0] == '\\' && word[1] == '{') {
            repeated_char(&b, &word);
        } else {
            bytes_fill(&b, 1, one_char(&word));
        }
    }
    return b;
}

enum { SHOWN_HEAD = 48, SHOWN_TAIL = 16 };

struct tape {
    unsigned char head[SHOWN_HEAD];
    unsigned char tail[SHOWN_TAIL];
    size_t total;
};

static void tape_add(struct tape *t, const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < len && t->total + i < SHOWN_HEAD; i++) {
        t->head[t->total + i] = data[i];
    }
    if (len >= SHOWN_TAIL) {
        memcpy(t->tail, data + len - SHOWN_TAIL, SHOWN_TAIL);
    } else if (len) {
        memmove(t->tail, t->tail + len, SHOWN_TAIL - len);
        memcpy(t->tail + SHOWN_TAIL - len, data, len);
    }
    t->total += len;
}

/* 16 bytes per line, as hexadecimal and as text. */
static void show_lines(FILE *to, const unsigned char *data, size_t len)
{
    for (size_t row = 0; row < len; row += 16) {
        size_t n = len - row < 16 ? len - row : 16;
        fputs("    ", to);
        for (size_t i = 0; i < 16; i++) {
            if (i < n) {
                fprintf(to, "%02x ", data[row + i]);
            } else {
                fputs("   ", to);
            }
        }
        fputs(" |", to);
        for (size_t i = 0; i < n; i++) {
            unsigned char c = data[row + i];
            fputc(c >= 32 && c < 127 ? c : '.', to);
        }
        fputs("|\n", to);
    }
}

static void show_tape(FILE *to, const char *title, const struct tape *t)
{
    fprintf(to, "  %s: %zu byte%s\n", title, t->total, t->total == 1 ? "" : "s");
    size_t head = t->total < SHOWN_HEAD ? t->total : SHOWN_HEAD;
    show_lines(to, t->head, head);
    size_t rest = t->total - head;
    if (rest > SHOWN_TAIL) {
        fprintf(to, "    ... %zu more ...\n", rest - SHOWN_TAIL);
    }
    size_t tail = rest < SHOWN_TAIL ? rest : SHOWN_TAIL;
    show_lines(to, t->tail + SHOWN_TAIL - tail, tail);
}

static void show_bytes(FILE *to, const char *title, const unsigned char *data, size_t len)
{
    struct tape t = {0};
    tape_add(&t, data, len);
    show_tape(to, title, &t);
}

#endif
