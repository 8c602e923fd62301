/*
 * The exceptions are a table: a command, or a command and its subcommand, with the rule for its
 * replies. Most replies are equal and never get there.
 */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/resp.h"

enum rule {
    SORTED,   /* the same values in any order */
    SCANNED,  /* a cursor and values: sorted when all were asked for at once, else the shape */
    SHAPE,    /* the same kinds of values, as many of them in the same order */
    KIND,     /* the same kind of value, or a null in both */
    NEAR_S,   /* numbers that differ by 1 at most */
    NEAR_MS,  /* numbers that differ by 3000 at most */
    GREETING, /* HELLO's map */
    LEFT_OUT, /* not sent */
};

struct exception {
    const char *name; /* of the command, or of command and subcommand */
    enum rule rule;
    const char *reason;
};

/* Errors must be equal byte for byte whatever the rule says. */
static const struct exception exceptions[] = {
    {"keys", SORTED, "the order of the keys is that of a hash table"},
    {"scan", SCANNED, "order and cursors are the hash table's own affair"},
    {"zscan", SCANNED, "the same; and Redis writes 1e+17 in one way or another, as it keeps the set"},
    {"time", SHAPE, "the clocks are read one after the other"},
    {"ttl", NEAR_S, "the clocks are read one after the other"},
    {"expiretime", NEAR_S, "the clocks are read one after the other"},
    {"pttl", NEAR_MS, "the clocks are read one after the other"},
    {"pexpiretime", NEAR_MS, "the clocks are read one after the other"},
    {"hello", GREETING, "the client's number and the server's version are its own"},
    {"client id", KIND, "each server numbers its clients"},
    {"client info", KIND, "a text with addresses, numbers and ages"},
    {"client list", KIND, "a text with addresses, numbers and ages"},
    {"info", KIND, "a text about that server"},
    {"dbsize", KIND, "Redis counts expired keys until it comes across them"},
    {"command count", KIND, "there are not as many commands here"},
    {"config resetstat", KIND, "nothing to compare"},

    {"client help", LEFT_OUT, "subcommands have no help texts here"},
    {"command help", LEFT_OUT, "subcommands have no help texts here"},
    {"config help", LEFT_OUT, "subcommands have no help texts here"},
    {"inspect", LEFT_OUT, "Redis has none"},
    {"zquery", LEFT_OUT, "Redis has none"},
    {"client setinfo", LEFT_OUT, "newer than the Redis that is compared with"},
    {"client no-touch", LEFT_OUT, "newer than the Redis that is compared with"},
    {"client reply", LEFT_OUT, "without replies there is nothing to compare"},
    {"client kill", LEFT_OUT, "it would end the client itself"},
    {"client pause", LEFT_OUT, "it would stop the other clients"},
    {"quit", LEFT_OUT, "it would end the client itself"},
    {"shutdown", LEFT_OUT, "it would end the server"},
    {"monitor", LEFT_OUT, "replies without a request"},
    {"config get", LEFT_OUT, "the settings are others"},
    {"config set", LEFT_OUT, "the settings are others"},
    {"command info", LEFT_OUT, "there are fewer flags here"},
    {"command", LEFT_OUT, "there are not as many commands here"},
    {"command getkeys", LEFT_OUT, "left out, see the README"},
    {"command getkeysandflags", LEFT_OUT, "left out, see the README"},
    {"client no-evict", LEFT_OUT, "left out, see the README"},
    {"client unblock", LEFT_OUT, "left out, see the README"},
    {"randomkey", LEFT_OUT, "left out, see the README"},
    {"swapdb", LEFT_OUT, "left out, see the README"},
    {"zrandmember", LEFT_OUT, "left out, see the README"},
    {"latency", LEFT_OUT, "left out, see the README"},
    {"memory", LEFT_OUT, "left out, see the README"},
    {"object", LEFT_OUT, "left out, see the README"},
    {"slowlog", LEFT_OUT, "left out, see the README"},
};

static bool names(const struct exception *e, const struct command *c)
{
    const char *blank = strchr(e->name, ' ');
    char first[32];
    if (!blank) {
        return command_word_is(c, 0, e->name);
    }
    snprintf(first, sizeof first, "%.*s", (int)(blank - e->name), e->name);
    return command_word_is(c, 0, first) && command_word_is(c, 1, blank + 1);
}

/* Two words say it more exactly than one. */
static const struct exception *exception_for(const struct command *c)
{
    const struct exception *found = NULL;
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        if (names(&exceptions[i], c) && (!found || !strchr(found->name, ' '))) {
            found = &exceptions[i];
        }
    }
    return found;
}

bool rules_allow(const struct command *c)
{
    const struct exception *e = exception_for(c);
    bool bare = e && !strchr(e->name, ' ') && command_word_is(c, 0, "command");
    return !e || e->rule != LEFT_OUT || (bare && c->nwords > 1);
}

/* ---- the rules ---- */

static bool same(const struct value *a, const struct value *b, const char *at_a, const char *at_b)
{
    return a->size == b->size && memcmp(at_a, at_b, a->size) == 0;
}

static bool same_kind(const struct value *a, const struct value *b)
{
    return a->mark == b->mark && a->null == b->null;
}

static bool same_shape(const char *at_a, const char *at_b)
{
    struct value a = resp_value(at_a), b = resp_value(at_b);
    if (!same_kind(&a, &b) || a.count != b.count) {
        return false;
    }
    at_a = a.inside, at_b = b.inside;
    for (size_t i = 0; i < a.count; i++) {
        if (!same_shape(at_a, at_b)) {
            return false;
        }
        at_a += resp_value(at_a).size;
        at_b += resp_value(at_b).size;
    }
    return true;
}

static bool is_near(const struct value *a, const struct value *b, long long most)
{
    long long x = strtoll(a->text, NULL, 10), y = strtoll(b->text, NULL, 10);
    return a->mark == ':' && b->mark == ':' && (x < 0) == (y < 0) &&
           (x < y ? y - x : x - y) <= (x < 0 ? 0 : most);
}

struct span {
    const char *at;
    size_t len;
};

static int by_bytes(const void *one, const void *other)
{
    const struct span *a = one, *b = other;
    int order = memcmp(a->at, b->at, a->len < b->len ? a->len : b->len);
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

/* The values inside, in groups, in the order of their bytes. */
static struct span *sorted(const struct value *v, size_t together)
{
    struct span *list = resized(NULL, v->count * sizeof *list);
    const char *at = v->inside;
    for (size_t i = 0; i < v->count / together; i++) {
        list[i] = (struct span){.at = at};
        for (size_t j = 0; j < together; j++) {
            at += resp_value(at).size;
        }
        list[i].len = (size_t)(at - list[i].at);
    }
    qsort(list, v->count / together, sizeof *list, by_bytes);
    return list;
}

/* The same bytes; or the same name with the same score, spelled differently. */
static bool same_span(const struct span *a, const struct span *b, bool is_pair)
{
    if (a->len == b->len && memcmp(a->at, b->at, a->len) == 0) {
        return true;
    }
    struct value name_a = resp_value(a->at), name_b = resp_value(b->at);
    if (!is_pair || !same(&name_a, &name_b, a->at, b->at)) {
        return false;
    }
    struct value score_a = resp_value(a->at + name_a.size);
    struct value score_b = resp_value(b->at + name_b.size);
    return same_kind(&score_a, &score_b) && strtod(score_a.text, NULL) == strtod(score_b.text, NULL);
}

static bool same_sorted(const struct value *a, const struct value *b, size_t together)
{
    if (!same_kind(a, b) || !resp_is_array(a) || a->count != b->count || a->count % together) {
        return false;
    }
    struct span *in_a = sorted(a, together), *in_b = sorted(b, together);
    bool equal = true;
    for (size_t i = 0; i < a->count / together; i++) {
        equal = equal && same_span(&in_a[i], &in_b[i], together == 2);
    }
    free(in_a);
    free(in_b);
    return equal;
}

/* Was everything asked for, in one piece? */
static bool scans_all(const struct command *c)
{
    size_t cursor = command_word_is(c, 0, "scan") ? 1 : 2;
    bool large = false;
    for (size_t i = cursor + 1; i + 1 < c->nwords; i++) {
        large = large || (command_word_is(c, i, "count") && command_word_is(c, i + 1, "100000"));
    }
    return large && command_word_is(c, cursor, "0");
}

static bool same_scan(const struct command *c, const struct value *a, const struct value *b)
{
    if (!resp_is_array(a) || !resp_is_array(b) || a->count != 2 || b->count != 2) {
        return false;
    }
    struct value cursor_a = resp_value(a->inside), cursor_b = resp_value(b->inside);
    struct value list_a = resp_value(a->inside + cursor_a.size);
    struct value list_b = resp_value(b->inside + cursor_b.size);
    if (!scans_all(c)) {
        return same_kind(&cursor_a, &cursor_b) && same_kind(&list_a, &list_b);
    }
    return same(&cursor_a, &cursor_b, a->inside, b->inside) &&
           same_sorted(&list_a, &list_b, command_word_is(c, 0, "zscan") ? 2 : 1);
}

static bool same_greeting(const struct value *a, const struct value *b)
{
    const char *at_a = a->inside, *at_b = b->inside;
    if (!same_kind(a, b) || a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i += 2) {
        struct value name_a = resp_value(at_a), name_b = resp_value(at_b);
        struct value value_a = resp_value(at_a + name_a.size);
        struct value value_b = resp_value(at_b + name_b.size);
        bool own = (name_a.len == 2 && memcmp(name_a.text, "id", 2) == 0) ||
                   (name_a.len == 7 && memcmp(name_a.text, "version", 7) == 0);
        if (!same(&name_a, &name_b, at_a, at_b) || !same_kind(&value_a, &value_b) ||
            (!own && !same(&value_a, &value_b, at_a + name_a.size, at_b + name_b.size))) {
            return false;
        }
        at_a += name_a.size + value_a.size;
        at_b += name_b.size + value_b.size;
    }
    return true;
}

static bool agree_by_rule(const struct command *c, enum rule rule, const char *at_a,
                          const char *at_b)
{
    struct value a = resp_value(at_a), b = resp_value(at_b);
    if (a.mark == '-' || b.mark == '-') {
        return false;
    }
    switch (rule) {
    case SORTED: return same_sorted(&a, &b, 1);
    case SCANNED: return same_scan(c, &a, &b);
    case SHAPE: return same_shape(at_a, at_b);
    case KIND: return same_kind(&a, &b);
    case NEAR_S: return is_near(&a, &b, 1);
    case NEAR_MS: return is_near(&a, &b, 3000);
    case GREETING: return same_greeting(&a, &b);
    case LEFT_OUT: break;
    }
    return false;
}

static bool agree(const struct command *c, struct command *const *queued, size_t nqueued,
                  const char *at_a, const char *at_b);

/* One after the other, each by its own rule. */
static bool agree_in_exec(struct command *const *queued, size_t n, const char *at_a,
                          const char *at_b)
{
    struct value a = resp_value(at_a), b = resp_value(at_b);
    if (!resp_is_array(&a) || !resp_is_array(&b) || a.count != n || b.count != n) {
        return false;
    }
    at_a = a.inside, at_b = b.inside;
    for (size_t i = 0; i < n; i++) {
        if (!agree(queued[i], NULL, 0, at_a, at_b)) {
            return false;
        }
        at_a += resp_value(at_a).size;
        at_b += resp_value(at_b).size;
    }
    return true;
}

/* Redis keeps the sign of a zero in large sorted sets, and drops it in small ones. */
static struct bytes without_minus_zeros(const char *at)
{
    static const char *const forms[][2] = {{"$2\r\n-0\r\n", "$1\r\n0\r\n"}, {",-0\r\n", ",0\r\n"}};
    struct bytes out = {0};
    for (const char *end = at + resp_value(at).size; at < end;) {
        size_t taken = 0;
        for (size_t i = 0; i < 2 && taken == 0; i++) {
            size_t len = strlen(forms[i][0]);
            if ((size_t)(end - at) >= len && memcmp(at, forms[i][0], len) == 0) {
                bytes_add_text(&out, forms[i][1]);
                taken = len;
            }
        }
        if (taken == 0) {
            bytes_add(&out, at, 1);
        }
        at += taken ? taken : 1;
    }
    return out;
}

static bool agree(const struct command *c, struct command *const *queued, size_t nqueued,
                  const char *at_a, const char *at_b)
{
    struct value a = resp_value(at_a), b = resp_value(at_b);
    if (same(&a, &b, at_a, at_b)) {
        return true;
    }
    if (command_word_is(c, 0, "exec")) {
        return agree_in_exec(queued, nqueued, at_a, at_b);
    }
    const struct exception *e = exception_for(c);
    return e && agree_by_rule(c, e->rule, at_a, at_b);
}

bool rules_agree(const struct command *c, struct command *const *queued, size_t nqueued,
                 const char *at_a, const char *at_b)
{
    if (agree(c, queued, nqueued, at_a, at_b)) {
        return true;
    }
    struct bytes a = without_minus_zeros(at_a), b = without_minus_zeros(at_b);
    bool yes = agree(c, queued, nqueued, a.at, b.at);
    bytes_free(&a);
    bytes_free(&b);
    return yes;
}
