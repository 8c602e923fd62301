/*
 * Encoding an op walks over its words: it copies a literal; for a % word it
 * leaves digits for request_fill() and notes where they are.
 *
 * The fields and how wide they are.
 *
 *     %k  key:000000000042   16 bytes     %m  mem:000000000042   16 bytes
 *     %c  cnt:000000000042   a counter    %G  grp:000000000042   a small set
 *     %g  the set that a member is in     %v  key:000000000042xxxxx...
 *     %s  1234567            a score      %r  4711               a rank
 *     %t  5000               a TTL        %T  1700000000000      when it ends
 */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

enum {
    KEY_SIZE = 16,
    KEY_DIGITS = 12,
    SCORE_DIGITS = 7,
    TTL_DIGITS = 4,
    DUE_DIGITS = 13,
    GROUP_SIZE = 1000,
};

/* ---- encoding ---- */

/* Where the bytes go. Without `to`, they are only counted. */
struct out {
    char *to;
    size_t len;
};

static void put(struct out *o, const char *data, size_t n)
{
    if (o->to)
        memcpy(o->to + o->len, data, n);
    o->len += n;
}

static void put_u32(struct out *o, size_t v)
{
    char bytes[4];

    u32_put(bytes, (uint32_t)v);
    put(o, bytes, 4);
}

static unsigned digits_of(uint64_t n)
{
    unsigned digits = 1;

    while (n >= 10) {
        n /= 10;
        digits++;
    }
    return digits;
}

/* One word of an op's text, with its size on the wire. */
struct word {
    const char *text;
    size_t size;
    const char *prefix; /* of what a % stands for */
    unsigned digits;
    enum field field;
};

static struct word word_of(const char *text, size_t len, size_t value_size,
                           uint64_t keys)
{
    struct word w = {.text = text, .size = len};

    if (len != 2 || text[0] != '%')
        return w;
    w.digits = KEY_DIGITS;
    w.size = KEY_SIZE;
    w.field = FIELD_KEY;
    switch (text[1]) {
    case 'k':
        w.prefix = "key:";
        break;
    case 'c':
        w.prefix = "cnt:";
        break;
    case 'm':
        w.prefix = "mem:";
        break;
    case 'G':
        w.prefix = "grp:";
        break;
    case 'g':
        w.prefix = "grp:";
        w.field = FIELD_GROUP;
        break;
    case 'v':
        w.prefix = "key:";
        w.size = value_size;
        break;
    case 's':
        w = (struct word){text, SCORE_DIGITS, "", SCORE_DIGITS, FIELD_SCORE};
        break;
    case 't':
        w = (struct word){text, TTL_DIGITS, "", TTL_DIGITS, FIELD_TTL};
        break;
    case 'T':
        w = (struct word){text, DUE_DIGITS, "", DUE_DIGITS, FIELD_DUE};
        break;
    case 'r':
        w = (struct word){text, 0, "", digits_of(keys - 1), FIELD_RANK};
        w.size = w.digits;
        break;
    }
    return w;
}

/* The bytes of a word; of a % word also where its digits are. */
static void put_word(struct request *r, struct out *o, const struct word *w)
{
    size_t prefix = w->prefix ? strlen(w->prefix) : 0;
    size_t start = o->len;

    if (!w->prefix) {
        put(o, w->text, w->size);
        return;
    }
    if (w->size >= prefix + w->digits) {
        r->places[r->nplaces++] =
            (struct place){w->field, w->digits, start + prefix};
        put(o, w->prefix, prefix);
    }
    while (o->len < start + w->size)
        put(o, "x", 1);
    if (w->text[1] == 'k')
        r->key_at = start;
}

/* One blank separates the words of a text; two make an empty word. */
static const char *next_word(const char *text, size_t *len)
{
    *len = strcspn(text, " ");
    return text[*len] ? text + *len + 1 : NULL;
}

static void put_resp(struct request *r, struct out *o, const char *text,
                     size_t value_size, uint64_t keys)
{
    char head[32];
    size_t len;
    int nwords = 0;

    for (const char *at = text; at; at = next_word(at, &len))
        nwords++;
    put(o, head, (size_t)snprintf(head, sizeof(head), "*%d\r\n", nwords));
    while (text) {
        const char *next = next_word(text, &len);
        struct word w = word_of(text, len, value_size, keys);
        put(o, head,
            (size_t)snprintf(head, sizeof(head), "$%zu\r\n", w.size));
        put_word(r, o, &w);
        put(o, "\r\n", 2);
        text = next;
    }
}

static void put_binary(struct request *r, struct out *o, const char *text,
                       size_t value_size, uint64_t keys)
{
    size_t start = o->len, len;
    int nwords = 0;

    put_u32(o, 0);
    put_u32(o, 0);
    while (text) {
        const char *next = next_word(text, &len);
        struct word w = word_of(text, len, value_size, keys);
        put_u32(o, w.size);
        put_word(r, o, &w);
        nwords++;
        text = next;
    }
    if (o->to) {
        u32_put(o->to + start, (uint32_t)(o->len - start - 4));
        u32_put(o->to + start + 4, (uint32_t)nwords);
    }
}

static void put_echo(struct request *r, struct out *o, size_t value_size)
{
    struct word w = word_of("%v", 2, value_size, 0);

    put_u32(o, w.size);
    r->key_at = o->len;
    put_word(r, o, &w);
}

size_t request_write(struct request *r, char *to, const struct op *op,
                     enum protocol protocol, size_t value_size, uint64_t keys)
{
    struct out o = {to, 0};
    const char *text = protocol == PROTOCOL_RESP ? op->resp : op->binary;
    int is_echo = strcmp(op->name, "echo") == 0;

    if (!text || is_echo != (protocol == PROTOCOL_ECHO)) {
        fprintf(stderr, "load: protocol %s has no %s\n",
                protocol_name(protocol), op->name);
        exit(2);
    }
    *r = (struct request){.op = op};
    if (is_echo)
        put_echo(r, &o, value_size);
    else if (protocol == PROTOCOL_RESP)
        put_resp(r, &o, text, value_size, keys);
    else
        put_binary(r, &o, text, value_size, keys);
    r->len = o.len;
    r->value_size = value_size;
    return o.len;
}

/* ---- filling ---- */

static void put_digits(char *to, unsigned digits, uint64_t n)
{
    while (digits-- > 0) {
        to[digits] = (char)('0' + n % 10);
        n /= 10;
    }
}

/* A random number below `limit` that has exactly that many digits. */
static uint64_t random_wide(uint64_t *random, unsigned digits, uint64_t limit)
{
    uint64_t least = 1;

    while (--digits > 0)
        least *= 10;
    if (limit > least * 10)
        limit = least * 10;
    if (limit <= least) /* 0 is the only number below 1 */
        return 0;
    return least + random_below(random, limit - least);
}

/* All TTLs must be set before the first key expires; and a TTL has four digits,
 * the first not 0. */
static uint64_t ttl_until(uint64_t due_ms)
{
    uint64_t now = wall_ms();
    uint64_t ms = due_ms > now ? due_ms - now : 0;

    if (ms < 1000)
        die("it took too long to set the TTLs: -e more");
    return ms < 9999 ? ms : 9999;
}

static uint64_t number_for(enum field field, unsigned digits, uint64_t drawn,
                           struct numbers *n)
{
    switch (field) {
    case FIELD_KEY:
        return drawn;
    case FIELD_GROUP:
        return drawn / GROUP_SIZE;
    case FIELD_SCORE:
        return random_wide(&n->random, digits, UINT64_MAX);
    case FIELD_RANK:
        return random_wide(&n->random, digits, n->keys);
    case FIELD_TTL:
        return ttl_until(n->due_ms);
    case FIELD_DUE:
        ttl_until(n->due_ms);
        return n->due_ms;
    }
    return 0;
}

void request_fill(const struct request *r, char *bytes, struct numbers *n,
                  int in_order)
{
    uint64_t drawn = in_order || (r->op->flags & OP_IN_ORDER)
                         ? n->next++
                         : random_below(&n->random, n->keys);

    for (unsigned i = 0; i < r->nplaces; i++) {
        const struct place *p = &r->places[i];
        put_digits(bytes + p->at, p->digits,
                   number_for(p->field, p->digits, drawn, n));
    }
}

int request_fits(const struct request *r, const char *bytes,
                 enum protocol protocol, const struct answer *a)
{
    unsigned kinds = protocol == PROTOCOL_RESP ? r->op->resp_kinds
                                               : r->op->binary_kinds;
    size_t compared = r->value_size < KEY_SIZE ? 0 : KEY_SIZE;

    if (!(kinds & a->kind))
        return 0;
    if (a->kind != KIND_TEXT || protocol == PROTOCOL_ECHO)
        return 1;
    return a->len == r->value_size &&
           memcmp(a->text, bytes + r->key_at, compared) == 0;
}
