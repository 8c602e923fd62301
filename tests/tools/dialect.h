/*
 * dialect.h: how each chapter's server says the same thing.
 *
 *   raw     ch03    no frames: "hello" in, "world" out, end of connection
 *   world   ch04    u32 length + bytes in, "world" in a frame out
 *   echo    ch06    the same frame comes back
 *   status  ch07    a list of strings in; u32 status + data out
 *   tlv     ch08..  a list of strings in; one tagged value out
 *
 * tlv-older is tlv as in the book's older edition: the tag of an array is 4,
 * and so that of a double is 5.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include "bytes.h"

enum dialect { RAW, WORLD, ECHO_BACK, STATUS, TLV };

static const char *const dialect_names[] = {"raw", "world", "echo", "status", "tlv"};

enum { TAG_NIL, TAG_ERR, TAG_STR, TAG_INT };
static unsigned char tag_dbl = 4, tag_arr = 5;
enum { RES_OK, RES_ERR, RES_NX };

static enum dialect dialect_named(const char *name)
{
    if (strcmp(name, "tlv-older") == 0) {
        tag_arr = 4;
        tag_dbl = 5;
        return TLV;
    }
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
    put_tag(to, tag_dbl);
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

/* The bytes of a value before its text or elements; 0 for an unknown tag. */
static size_t fixed_size(unsigned char tag)
{
    if (tag == TAG_ERR || tag == TAG_INT || tag == tag_dbl) {
        return 9;
    }
    return tag == TAG_NIL ? 1 : tag == TAG_STR || tag == tag_arr ? 5 : 0;
}

/*
 * Prints one tagged value as the book's client does. Returns how many bytes it
 * took, 0 if it is malformed.
 */
static size_t print_value(FILE *to, const unsigned char *p, size_t len, int depth)
{
    size_t used = len ? fixed_size(p[0]) : 0;
    if (!used || len < used || depth > 100) {
        return bad_value(to);
    }
    uint32_t count = used == 5 || used == 9 ? u32_at(p + used - 4) : 0;
    if (p[0] == TAG_NIL) {
        fputs("(nil)\n", to);
    } else if (p[0] == TAG_ERR || p[0] == TAG_STR) {
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
    } else if (p[0] == TAG_INT) {
        fprintf(to, "(int) %lld\n", (long long)(int64_t)u64_at(p + 1));
    } else if (p[0] == tag_dbl) {
        uint64_t bits = u64_at(p + 1);
        double d;
        memcpy(&d, &bits, sizeof d);
        fprintf(to, "(dbl) %.17g\n", d);
    } else {
        fprintf(to, "(arr) len=%u\n", (unsigned)count);
        for (uint32_t i = 0; i < count; i++) {
            size_t n = print_value(to, p + used, len - used, depth + 1);
            if (!n) {
                return 0;
            }
            used += n;
        }
        fputs("(arr) end\n", to);
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
