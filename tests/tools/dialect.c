/*
 * What a reply should be is made as bytes, and compared as bytes; it is taken
 * apart only to be printed, and then nothing in it is trusted.
 */
#include "dialect.h"

#include <string.h>

#include "die.h"
#include "quote.h"
#include "wire.h"

enum { RES_OK, RES_ERR, RES_NX };
enum { DEEPEST = 100 }; /* arrays in arrays that are printed */

static const char *const names[] = {"raw", "world", "echo", "status", "tlv"};

static char tag_dbl = 4, tag_arr = 5;

enum dialect dialect_named(const char *name)
{
    if (strcmp(name, "tlv-older") == 0) {
        tag_arr = 4;
        tag_dbl = 5;
        return TLV;
    }
    for (int i = RAW; i <= TLV; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (enum dialect)i;
        }
    }
    wrong("unknown dialect: %s", name);
}

bool is_kv(enum dialect d)
{
    return d == STATUS || d == TLV;
}

/* ---- values ---- */

static void put_tag(struct bytes *to, char tag)
{
    bytes_add(to, &tag, 1);
}

void put_nil(struct bytes *to)
{
    put_tag(to, TAG_NIL);
}

void put_err(struct bytes *to, uint32_t code, const struct bytes *text)
{
    put_tag(to, TAG_ERR);
    put_u32(to, code);
    put_string(to, text->at, text->len);
}

void put_int(struct bytes *to, int64_t n)
{
    put_tag(to, TAG_INT);
    put_u64(to, (uint64_t)n);
}

void put_dbl(struct bytes *to, double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    put_tag(to, tag_dbl);
    put_u64(to, bits);
}

void put_arr(struct bytes *to, uint32_t count)
{
    put_tag(to, tag_arr);
    put_u32(to, count);
}

bool is_arr(char tag)
{
    return tag == tag_arr;
}

/* ---- replies ---- */

void put_value(struct bytes *to, enum dialect d, const struct bytes *value)
{
    if (d == TLV) {
        put_tag(to, TAG_STR);
        put_string(to, value->at, value->len);
    } else {
        put_u32(to, RES_OK);
        bytes_add(to, value->at, value->len);
    }
}

void put_missing(struct bytes *to, enum dialect d)
{
    if (d == TLV) {
        put_nil(to);
    } else {
        put_u32(to, RES_NX);
    }
}

void put_stored(struct bytes *to, enum dialect d)
{
    if (d == TLV) {
        put_nil(to);
    } else {
        put_u32(to, RES_OK);
    }
}

void put_deleted(struct bytes *to, enum dialect d, int64_t count)
{
    if (d == TLV) {
        put_int(to, count);
    } else {
        put_u32(to, RES_OK);
    }
}

bool is_error(enum dialect d, const char *body, size_t len, uint32_t code)
{
    if (d == STATUS) {
        return len >= 4 && u32_at(body) == code;
    }
    return len >= 9 && body[0] == TAG_ERR && u32_at(body + 1) == code &&
           u32_at(body + 5) == len - 9;
}

/* ---- printing ---- */

static size_t bad_value(FILE *to)
{
    fputs("(malformed value)\n", to);
    return 0;
}

/* The bytes of a value before its text or elements; 0 for an unknown tag. */
static size_t fixed_size(char tag)
{
    if (tag == TAG_ERR || tag == TAG_INT || tag == tag_dbl) {
        return 9;
    }
    return tag == TAG_NIL ? 1 : tag == TAG_STR || tag == tag_arr ? 5 : 0;
}

/* Prints an error or a string, with its text. Returns its size, or 0. */
static size_t print_string(FILE *to, const char *p, size_t len, size_t fixed)
{
    uint32_t count = u32_at(p + fixed - 4);
    if (count > len - fixed) {
        return bad_value(to);
    }
    if (p[0] == TAG_ERR) {
        fprintf(to, "(err) %d ", (int)(int32_t)u32_at(p + 1));
    } else {
        fputs("(str) ", to);
    }
    quote_print_plain(to, p + fixed, count);
    fputc('\n', to);
    return fixed + count;
}

static void print_dbl(FILE *to, const char *p)
{
    uint64_t bits = u64_at(p + 1);
    double d;
    memcpy(&d, &bits, sizeof d);
    fprintf(to, "(dbl) %.17g\n", d);
}

static size_t print_value(FILE *to, const char *p, size_t len, int depth);

static size_t print_arr(FILE *to, const char *p, size_t len, int depth)
{
    size_t used = 5;
    uint32_t count = u32_at(p + 1);
    fprintf(to, "(arr) len=%u\n", (unsigned)count);
    for (uint32_t i = 0; i < count; i++) {
        size_t n = print_value(to, p + used, len - used, depth + 1);
        if (!n) {
            return 0;
        }
        used += n;
    }
    fputs("(arr) end\n", to);
    return used;
}

/* Prints one value as the book's client does. Returns how many bytes it took,
 * 0 if it is malformed. */
static size_t print_value(FILE *to, const char *p, size_t len, int depth)
{
    size_t fixed = len ? fixed_size(p[0]) : 0;
    if (!fixed || len < fixed || depth > DEEPEST) {
        return bad_value(to);
    }
    if (p[0] == TAG_ERR || p[0] == TAG_STR) {
        return print_string(to, p, len, fixed);
    } else if (p[0] == tag_arr) {
        return print_arr(to, p, len, depth);
    }
    if (p[0] == TAG_NIL) {
        fputs("(nil)\n", to);
    } else if (p[0] == TAG_INT) {
        fprintf(to, "(int) %lld\n", (long long)(int64_t)u64_at(p + 1));
    } else {
        print_dbl(to, p);
    }
    return fixed;
}

void print_reply(FILE *to, enum dialect d, const char *body, size_t len)
{
    if (d == TLV) {
        size_t used = print_value(to, body, len, 0);
        if (used && used < len) {
            fprintf(to, "(%zu bytes after the value)\n", len - used);
        }
        return;
    }
    if (d == STATUS && len >= 4) {
        fprintf(to, "[%u] ", (unsigned)u32_at(body));
        body += 4;
        len -= 4;
    }
    quote_print_plain(to, body, len);
    fputc('\n', to);
}
