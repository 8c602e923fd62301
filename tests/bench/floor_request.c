/*
 * Only the key is copied, and nothing is parsed twice unless a request arrives
 * in pieces.
 */
#include "floor_request.h"

#include <string.h>

enum { MOST_WORDS = 3 };

/* Reads "*12\r\n", `mark` being the '*'. Returns the bytes behind it, NULL if
 * they have not all arrived; *n is -1 if they are wrong. */
static const char *take_count(const char *at, const char *end, char mark,
                              long *n)
{
    const char *start = at;
    long v = 0;

    if (at < end && *at++ != mark)
        goto wrong;
    while (at < end && *at >= '0' && *at <= '9' && at - start < 8)
        v = v * 10 + (*at++ - '0');
    if (end - at < 2)
        return NULL;
    if (at[0] != '\r' || at[1] != '\n')
        goto wrong;
    *n = v;
    return at + 2;
wrong:
    *n = -1;
    return start;
}

/* Takes the words of a request, of which only the first MOST_WORDS are kept.
 * Returns as floor_take() does. */
static long take_words(const char *in, size_t n, struct slice *words,
                       long *nwords)
{
    const char *end = in + n;
    const char *at = take_count(in, end, '*', nwords);
    long len;

    if (!at || *nwords < 1)
        return at ? -1 : 0;
    for (long i = 0; i < *nwords; i++) {
        at = take_count(at, end, '$', &len);
        if (!at || len < 0)
            return at ? -1 : 0;
        if (end - at < len + 2)
            return 0;
        if (i < MOST_WORDS)
            words[i] = (struct slice){at, (size_t)len};
        at += len + 2;
    }
    return at - in;
}

/* `name` is in capitals. */
static int is(const struct slice *w, const char *name, size_t len)
{
    if (w->len != len)
        return 0;
    for (size_t i = 0; i < len; i++)
        if ((w->data[i] & ~0x20) != name[i])
            return 0;
    return 1;
}

static enum verb verb_of(const struct slice *words, long nwords)
{
    if (nwords >= 2 && words[1].len > FLOOR_KEY_MOST)
        return VERB_OTHER;
    if (nwords == 2 && is(words, "GET", 3))
        return VERB_GET;
    if (nwords == 3 && is(words, "SET", 3) && words[2].len <= FLOOR_VALUE_MOST)
        return VERB_SET;
    if (nwords == 2 && is(words, "INCR", 4))
        return VERB_INCR;
    if (nwords == 1 && is(words, "PING", 4))
        return VERB_PING;
    return nwords == 1 && is(words, "DBSIZE", 6) ? VERB_DBSIZE : VERB_OTHER;
}

long floor_take(struct floor_request *r, const char *in, size_t n)
{
    struct slice words[MOST_WORDS];
    long nwords;
    long size = take_words(in, n, words, &nwords);

    if (size <= 0)
        return size;
    r->verb = verb_of(words, nwords);
    if (r->verb < VERB_PING)
        r->key = floor_key(words[1].data, words[1].len);
    if (r->verb == VERB_SET)
        r->value = words[2];
    return size;
}

/* ---- answers ---- */

#define SAY(out, text) say(out, text, sizeof(text) - 1)

static char *say(char *out, const char *text, size_t len)
{
    memcpy(out, text, len);
    return out + len;
}

static char *say_number(char *out, char mark, uint64_t n)
{
    char text[24];
    char *at = text + sizeof(text);

    *--at = '\n';
    *--at = '\r';
    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    *--at = mark;
    return say(out, at, (size_t)(text + sizeof(text) - at));
}

static char *run_get(const struct floor_table *t, const struct floor_request *r,
                     char *out)
{
    const struct floor_entry *e = floor_find(t, &r->key);

    if (!e)
        return SAY(out, "$-1\r\n");
    if (e->value_len == FLOOR_VALUE_MOST) { /* sizes are known: no loops */
        out = SAY(out, "$32\r\n");
        out = say(out, e->value, FLOOR_VALUE_MOST);
    } else {
        out = say_number(out, '$', e->value_len);
        out = say(out, e->value, e->value_len);
    }
    return SAY(out, "\r\n");
}

static char *run_set(struct floor_table *t, const struct floor_request *r,
                     char *out)
{
    struct floor_entry *e = floor_make(t, &r->key);

    if (!e)
        return SAY(out, "-ERR the floor is full\r\n");
    e->value_len = (uint8_t)r->value.len;
    memcpy(e->value, r->value.data, r->value.len);
    return SAY(out, "+OK\r\n");
}

/* Counters are kept as text, as a GET may ask for them. */
static char *run_incr(struct floor_table *t, const struct floor_request *r,
                      char *out)
{
    struct floor_entry *e = floor_make(t, &r->key);
    uint64_t n = 0;
    char *end;

    if (!e)
        return SAY(out, "-ERR the floor is full\r\n");
    for (unsigned i = 0; i < e->value_len; i++) {
        if (e->value[i] < '0' || e->value[i] > '9' || i == 18)
            return SAY(out, "-ERR value is not an integer\r\n");
        n = n * 10 + (uint64_t)(e->value[i] - '0');
    }
    end = say_number(out, ':', n + 1);
    e->value_len = (uint8_t)(end - 2 - (out + 1));
    memcpy(e->value, out + 1, e->value_len);
    return end;
}

char *floor_run(struct floor_table *t, const struct floor_request *r, char *out)
{
    switch (r->verb) {
    case VERB_GET:
        return run_get(t, r, out);
    case VERB_SET:
        return run_set(t, r, out);
    case VERB_INCR:
        return run_incr(t, r, out);
    case VERB_PING:
        return SAY(out, "+PONG\r\n");
    case VERB_DBSIZE:
        return say_number(out, ':', t->used);
    case VERB_OTHER:
        break;
    }
    return SAY(out, "-ERR not on the floor\r\n");
}
