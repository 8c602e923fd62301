/*
 * dialect.h: how each chapter's server says the same thing.
 *
 *   raw     ch03    no frames: "hello" in, "world" out, end of connection
 *   world   ch04    u32 length + bytes in, "world" in a frame out
 *   echo    ch06    the same frame comes back
 *   status  ch07    a list of strings in; u32 status + data out
 *   tlv     ch08..  a list of strings in; one tagged value out
 */
#ifndef DIALECT_H
#define DIALECT_H

#include "bytes.h"

enum dialect { RAW, WORLD, ECHO_BACK, STATUS, TLV };

static const char *const dialect_names[] = {"raw", "world", "echo", "status", "tlv"};

enum { TAG_NIL, TAG_ERR, TAG_STR, TAG_INT, TAG_DBL, TAG_ARR };
enum { RES_OK, RES_ERR, RES_NX };

static enum dialect dialect_named(const char *name)
{
    for (int i = RAW; i <= TLV; i++) {
        if (strcmp(name, dialect_names[i]) == 0) {
            return (enum dialect)i;
        }
    }
    wrong("unknown dialect: %s", name);
    return RAW;
}

static bool is_kv(enum dialect d)
{
    return d == STATUS || d == TLV;
}

static void put_frame(struct bytes *to, const struct bytes *body)
{
    bytes_add_u32(to, (uint32_t)body->len);
    bytes_add(to, body->at, body->len);
}

static void put_string(struct bytes *to, const void *data, size_t len)
{
    bytes_add_u32(to, (uint32_t)len);
    bytes_add(to, data, len);
}

static void put_text(struct bytes *to, const char *text)
{
    put_string(to, text, strlen(text));
}

static void put_tag(struct bytes *to, unsigned char tag)
{
    bytes_add(to, &tag, 1);
}

static void put_u64(struct bytes *to, uint64_t n)
{
    bytes_add_u32(to, (uint32_t)n);
    bytes_add_u32(to, (uint32_t)(n >> 32));
}

static void put_int(struct bytes *to, int64_t n)
{
    put_tag(to, TAG_INT);
    put_u64(to, (uint64_t)n);
}

static void put_dbl(struct bytes *to, double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    put_tag(to, TAG_DBL);
    put_u64(to, bits);
}

/* The bodies of replies that the key-value stages share. */

static void put_value(struct bytes *to, enum dialect d, const struct bytes *value)
{
    if (d == TLV) {
        put_tag(to, TAG_STR);
        put_string(to, value->at, value->len);
    } else {
        bytes_add_u32(to, RES_OK);
        bytes_add(to, value->at, value->len);
    }
}

static void put_missing(struct bytes *to, enum dialect d)
{
    if (d == TLV) {
        put_tag(to, TAG_NIL);
    } else {
        bytes_add_u32(to, RES_NX);
    }
}

static void put_stored(struct bytes *to, enum dialect d)
{
    if (d == TLV) {
        put_tag(to, TAG_NIL);
    } else {
        bytes_add_u32(to, RES_OK);
    }
}

static void put_deleted(struct bytes *to, enum dialect d, int64_t count)
{
    if (d == TLV) {
        put_int(to, count);
    } else {
        bytes_add_u32(to, RES_OK);
    }
}

static void put_unknown(struct bytes *to, enum dialect d)
{
    if (d == TLV) {
        put_tag(to, TAG_ERR);
        bytes_add_u32(to, 1);
        put_text(to, "unknown command.");
    } else {
        bytes_add_u32(to, RES_ERR);
    }
}

/* Text of any bytes, the unprintable ones as \xNN. */
static void print_text(FILE *to, const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] >= 32 && data[i] < 127 && data[i] != '\\') {
            fputc(data[i], to);
        } else {
            fprintf(to, "\\x%02x", data[i]);
        }
    }
}

static size_t bad_value(FILE *to)
{
    fputs("(malformed value)\n", to);
    return 0;
}

/*
 * Prints one tagged value as the book's client does; the bytes it took, 0 when
 * it is malformed.
 */
static size_t print_value(FILE *to, const unsigned char *p, size_t len, int depth)
{
    static const size_t fixed[] = {1, 9, 5, 9, 9, 5};
    if (len < 1 || p[0] > TAG_ARR || len < fixed[p[0]] || depth > 100) {
        return bad_value(to);
    }
    size_t used = fixed[p[0]];
    uint32_t count;
    double d;
    uint64_t bits;
    switch (p[0]) {
    case TAG_NIL:
        fputs("(nil)\n", to);
        break;
    case TAG_ERR:
    case TAG_STR:
        count = u32_at(p + used - 4);
        if (count > len - used) {
            return bad_value(to);
        }
        if (p[0] == TAG_ERR) {
            fprintf(to, "(err) %d ", (int)(int32_t)u32_at(p + 1));
        } else {
            fputs("(str) ", to);
        }
        print_text(to, p + used, count);
        fputc('\n', to);
        used += count;
        break;
    case TAG_INT:
        fprintf(to, "(int) %lld\n", (long long)(int64_t)u64_at(p + 1));
        break;
    case TAG_DBL:
        bits = u64_at(p + 1);
        memcpy(&d, &bits, sizeof d);
        fprintf(to, "(dbl) %.17g\n", d);
        break;
    case TAG_ARR:
        count = u32_at(p + 1);
        fprintf(to, "(arr) len=%u\n", (unsigned)count);
        for (uint32_t i = 0; i < count; i++) {
            size_t n = print_value(to, p + used, len - used, depth + 1);
            if (!n) {
                return 0;
            }
            used += n;
        }
        fputs("(arr) end\n", to);
        break;
    }
    return used;
}

/* A reply's body for people: as the client of the dialect would print it. */
static void print_reply(FILE *to, enum dialect d, const unsigned char *p, size_t len)
{
    if (d == TLV) {
        size_t used = print_value(to, p, len, 0);
        if (used && used < len) {
            fprintf(to, "(%zu bytes after the value)\n", len - used);
        }
    } else if (d == STATUS && len >= 4) {
        fprintf(to, "[%u] ", (unsigned)u32_at(p));
        print_text(to, p + 4, len - 4);
        fputc('\n', to);
    } else {
        print_text(to, p, len);
        fputc('\n', to);
    }
}

#endif
