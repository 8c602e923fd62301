/*
 * RESP: the first byte tells the kind, and its line follows. After the line of
 * a '$' come its bytes, and after that of a '*' its elements. The binary
 * protocols begin with the length of the whole answer, so nothing is parsed
 * until all of it is there.
 */
#include "answer.h"

#include <string.h>

enum { MOST_DEPTH = 4, MOST_FRAME = 32 << 20 };

static const char *const names[] = {"resp", "tlv", "status", "echo"};

int protocol_find(const char *name)
{
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

const char *protocol_name(enum protocol protocol)
{
    return names[protocol];
}

uint32_t u32_at(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;

    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
           (uint32_t)b[3] << 24;
}

void u32_put(char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (char)(v >> (8 * i));
}

/* Reads the number of a line, and sets *end behind the line. Returns 1, 0 or
 * -1 as answer_read() does. */
static int read_length(const char *at, const char *limit, long *value,
                       const char **end)
{
    int negative = at < limit && *at == '-';
    long v = 0;

    at += negative;
    while (at < limit && *at >= '0' && *at <= '9' && v < MOST_FRAME)
        v = v * 10 + (*at++ - '0');
    if (limit - at < 2)
        return 0;
    if (at[0] != '\r' || at[1] != '\n')
        return -1;
    *value = negative ? -v : v;
    *end = at + 2;
    return 1;
}

static long read_line(const char *in, size_t n, struct answer *a)
{
    const char *end = memchr(in, '\n', n);

    if (!end)
        return n > 64 * 1024 ? -1 : 0;
    if (end == in + 1 || end[-1] != '\r')
        return -1;
    a->text = in + 1;
    a->len = (size_t)(end - 1 - a->text);
    return end + 1 - in;
}

static long read_text(const char *in, size_t n, struct answer *a)
{
    long len;
    const char *at;
    int r = read_length(in + 1, in + n, &len, &at);

    if (r <= 0)
        return r;
    if (len < 0) {
        a->kind = KIND_NIL;
        return at - in;
    }
    if ((long)n - (at - in) < len + 2)
        return 0;
    a->kind = KIND_TEXT;
    a->text = at;
    a->len = (size_t)len;
    return at[len] == '\r' && at[len + 1] == '\n' ? at + len + 2 - in : -1;
}

static long read_resp(const char *in, size_t n, struct answer *a, int depth);

static long read_list(const char *in, size_t n, struct answer *a, int depth)
{
    long count;
    const char *at;
    int r = read_length(in + 1, in + n, &count, &at);
    struct answer element;

    if (r <= 0 || depth == 0)
        return r <= 0 ? r : -1;
    a->kind = count < 0 ? KIND_NIL : KIND_LIST;
    a->len = count < 0 ? 0 : (size_t)count;
    for (long i = 0; i < count; i++) {
        size_t left = n - (size_t)(at - in);
        long len = read_resp(at, left, &element, depth - 1);
        if (len <= 0)
            return len;
        at += len;
    }
    return at - in;
}

static long read_resp(const char *in, size_t n, struct answer *a, int depth)
{
    if (n == 0)
        return 0;
    switch (*in) {
    case '$':
        return read_text(in, n, a);
    case '*':
        return read_list(in, n, a, depth);
    case '+':
        a->kind = KIND_OK;
        return read_line(in, n, a);
    case ':':
        a->kind = KIND_INT;
        return read_line(in, n, a);
    case '-':
        a->kind = KIND_ERROR;
        return read_line(in, n, a);
    }
    return -1;
}

/* The body of a TLV frame: a tag, and the value behind it. */
static int read_tlv(const char *body, size_t len, struct answer *a)
{
    static const enum kind kinds[] = {KIND_NIL, KIND_ERROR,  KIND_TEXT,
                                      KIND_INT, KIND_DOUBLE, KIND_LIST};
    static const size_t heads[] = {1, 9, 5, 9, 9, 5};
    unsigned tag = len ? (unsigned char)body[0] : 6;

    if (tag > 5 || len < heads[tag])
        return -1;
    a->kind = kinds[tag];
    a->text = body + heads[tag];
    a->len = len - heads[tag];
    if (a->kind == KIND_LIST)
        a->len = u32_at(body + 1);
    return 0;
}

static int read_status(const char *body, size_t len, struct answer *a)
{
    static const enum kind kinds[] = {KIND_OK, KIND_ERROR, KIND_NIL};

    if (len < 4 || u32_at(body) > 2)
        return -1;
    a->kind = kinds[u32_at(body)];
    a->text = body + 4;
    a->len = len - 4;
    if (a->kind == KIND_OK && a->len > 0)
        a->kind = KIND_TEXT;
    return 0;
}

static long read_frame(enum protocol protocol, const char *in, size_t n,
                       struct answer *a)
{
    uint32_t len = n < 4 ? 0 : u32_at(in);
    int bad = 0;

    if (len > MOST_FRAME)
        return -1;
    if (n < 4 || n - 4 < len)
        return 0;
    a->kind = KIND_TEXT;
    a->text = in + 4;
    a->len = len;
    if (protocol == PROTOCOL_TLV)
        bad = read_tlv(in + 4, len, a);
    else if (protocol == PROTOCOL_STATUS)
        bad = read_status(in + 4, len, a);
    return bad ? -1 : (long)len + 4;
}

long answer_read(enum protocol protocol, const char *in, size_t n,
                 struct answer *a)
{
    a->text = NULL;
    a->len = 0;
    if (protocol == PROTOCOL_RESP)
        return read_resp(in, n, a, MOST_DEPTH);
    return read_frame(protocol, in, n, a);
}
