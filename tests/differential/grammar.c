/*
 * Words in small letters stand for themselves, others for a kind of word (words.h).
 *   ?x  x or nothing     +x  x up to four times     (x y|z)  either x y, or z
 * TIMED rows are spoilt only in ways that turn no other number into a time: "psetex k 5" with its
 * words exchanged could set a key that expires after 5 ms, on one server before the other.
 * CAREFUL rows only lose their last word: some must not wait for long. Others are ranges by name,
 * which have an order only where all scores are equal, as in the sets of LEXSET.
 */
#include "grammar.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/die.h"
#include "rules.h"
#include "words.h"

enum { STEADY, TIMED, CAREFUL };

static const struct form {
    const char *theme;
    unsigned weight;
    int kind;
    const char *words;
} forms[] = {
    {"strings", 60, STEADY, "get STR"},
    {"strings", 40, STEADY, "set STR VALUE ?(nx|xx) ?get"},
    {"strings", 30, TIMED, "set STR VALUE ?(nx|xx) ?get ?(ex SECS|px MS|exat AT|pxat AT_MS|keepttl)"},
    {"strings", 6, TIMED, "set STR VALUE (ex|px|exat|pxat) (PAST|ODD)"},
    {"strings", 10, STEADY, "setnx STR VALUE"},
    {"strings", 8, TIMED, "setex STR (SECS|PAST) VALUE"},
    {"strings", 8, TIMED, "psetex STR (MS|PAST) VALUE"},
    {"strings", 12, STEADY, "getset STR VALUE"},
    {"strings", 12, STEADY, "getdel STR"},
    {"strings", 20, TIMED, "getex STR ?(ex SECS|px MS|exat AT|pxat AT_MS|persist)"},
    {"strings", 4, TIMED, "getex STR (ex|px|exat|pxat) PAST"},
    {"strings", 20, STEADY, "mget +KEY"},
    {"strings", 12, STEADY, "mset STR VALUE ?(STR VALUE) ?(STR VALUE)"},
    {"strings", 12, STEADY, "msetnx STR VALUE ?(STR VALUE) ?(STR VALUE)"},
    {"strings", 20, STEADY, "append STR VALUE"},
    {"strings", 20, STEADY, "strlen STR"},
    {"strings", 25, STEADY, "getrange STR INDEX INDEX"},
    {"strings", 6, STEADY, "substr STR INDEX INDEX"},
    {"strings", 20, STEADY, "setrange STR OFFSET VALUE"},
    {"numbers", 12, STEADY, "incr STR"},
    {"numbers", 12, STEADY, "decr STR"},
    {"numbers", 16, STEADY, "incrby STR INT"},
    {"numbers", 16, STEADY, "decrby STR INT"},
    {"numbers", 40, STEADY, "incrbyfloat STR FLOAT"},
    {"numbers", 15, STEADY, "set STR (INT|FLOAT)"},
    {"bits", 15, STEADY, "setbit STR BITS BIT"},
    {"bits", 15, STEADY, "getbit STR BITS"},

    {"keys", 20, STEADY, "del +KEY"},
    {"keys", 10, STEADY, "unlink +KEY"},
    {"keys", 15, STEADY, "exists +KEY"},
    {"keys", 15, STEADY, "type KEY"},
    {"keys", 15, STEADY, "keys GLOB"},
    {"keys", 10, STEADY, "keys *"},
    {"keys", 8, STEADY, "scan 0 count 100000 ?(match GLOB) ?(type TYPE)"},
    {"keys", 8, STEADY, "scan CURSOR ?(match GLOB) ?(count COUNT) ?(type TYPE)"},
    {"keys", 20, STEADY, "rename KEY KEY"},
    {"keys", 20, STEADY, "renamenx KEY KEY"},
    {"keys", 25, STEADY, "copy KEY KEY ?(db DB) ?replace"},
    {"keys", 10, STEADY, "touch +KEY"},
    {"keys", 12, STEADY, "move KEY DB"},
    {"ttl", 25, TIMED, "expire KEY (SECS|SECS|PAST) ?(nx|xx|gt|lt) ?(nx|xx|gt|lt)"},
    {"ttl", 25, TIMED, "pexpire KEY (MS|MS|PAST) ?(nx|xx|gt|lt) ?(nx|xx|gt|lt)"},
    {"ttl", 15, TIMED, "expireat KEY (AT|AT|PAST) ?(nx|xx|gt|lt)"},
    {"ttl", 15, TIMED, "pexpireat KEY (AT_MS|AT_MS|PAST) ?(nx|xx|gt|lt)"},
    {"ttl", 15, STEADY, "persist KEY"},
    {"ttl", 20, STEADY, "ttl KEY"},
    {"ttl", 20, STEADY, "pttl KEY"},
    {"ttl", 15, STEADY, "expiretime KEY"},
    {"ttl", 15, STEADY, "pexpiretime KEY"},

    {"zset", 60, STEADY, "zadd ZSET +(SCORE MEMBER)"},
    {"zset", 40, STEADY, "zadd ZSET ?(nx|xx) ?(gt|lt) ?ch ?incr SCORE MEMBER"},
    {"zset", 6, STEADY, "zadd ZSET MANY"},
    {"zset", 30, CAREFUL, "zadd LEXSET 0 MEMBER +(0 MEMBER)"},
    {"zset", 30, STEADY, "zrem ZSET +MEMBER"},
    {"zset", 4, STEADY, "zrem LEXSET +MEMBER"},
    {"zset", 12, STEADY, "zcard ZSET"},
    {"zset", 15, STEADY, "zscore ZSET MEMBER"},
    {"zset", 10, STEADY, "zmscore ZSET +MEMBER"},
    {"zset", 30, STEADY, "zincrby ZSET SCORE MEMBER"},
    {"zset", 12, STEADY, "zrank ZSET MEMBER"},
    {"zset", 12, STEADY, "zrevrank ZSET MEMBER"},
    {"zset", 15, STEADY, "zcount ZSET BOUND BOUND"},
    {"zset", 15, STEADY, "zlexcount LEXSET LEX LEX"},
    {"zset", 20, STEADY, "zrange ZSET INDEX INDEX ?rev ?withscores"},
    {"zset", 25, STEADY, "zrange ZSET BOUND BOUND byscore ?rev ?(limit INDEX COUNT) ?withscores"},
    {"zset", 20, STEADY, "zrange LEXSET LEX LEX bylex ?rev ?(limit INDEX COUNT) ?withscores"},
    {"zset", 12, STEADY, "zrevrange ZSET INDEX INDEX ?withscores"},
    {"zset", 15, STEADY, "zrangebyscore ZSET BOUND BOUND ?withscores ?(limit INDEX COUNT)"},
    {"zset", 15, STEADY, "zrevrangebyscore ZSET BOUND BOUND ?withscores ?(limit INDEX COUNT)"},
    {"zset", 12, STEADY, "zrangebylex LEXSET LEX LEX ?(limit INDEX COUNT)"},
    {"zset", 12, STEADY, "zrevrangebylex LEXSET LEX LEX ?(limit INDEX COUNT)"},
    {"zset", 8, STEADY, "zremrangebyrank ZSET INDEX INDEX"},
    {"zset", 8, STEADY, "zremrangebyscore ZSET BOUND BOUND"},
    {"zset", 8, STEADY, "zremrangebylex LEXSET LEX LEX"},
    {"zset", 8, STEADY, "zscan ZSET 0 count 100000 ?(match GLOB)"},
    {"zset", 6, STEADY, "zscan ZSET CURSOR ?(match GLOB) ?(count COUNT)"},
    {"algebra", 10, STEADY, "zpopmin ZSET ?COUNT"},
    {"algebra", 10, STEADY, "zpopmax ZSET ?COUNT"},
    {"algebra", 10, STEADY, "zmpop KEYS (min|max) ?(count COUNT)"},
    {"algebra", 15, STEADY, "zrangestore ZSET ZSET INDEX INDEX ?rev"},
    {"algebra", 12, STEADY, "zrangestore ZSET ZSET BOUND BOUND byscore ?rev ?(limit INDEX COUNT)"},
    {"algebra", 8, CAREFUL, "zrangestore ZSET LEXSET LEX LEX bylex ?rev ?(limit INDEX COUNT)"},
    {"algebra", 20, STEADY,
     "zunion KEYS ?(weights WEIGHTS) ?(aggregate (sum|min|max)) ?withscores"},
    {"algebra", 20, STEADY,
     "zinter KEYS ?(weights WEIGHTS) ?(aggregate (sum|min|max)) ?withscores"},
    {"algebra", 15, STEADY, "zdiff KEYS ?withscores"},
    {"algebra", 12, STEADY, "zintercard KEYS ?(limit COUNT)"},
    {"algebra", 20, STEADY,
     "zunionstore ZSET KEYS ?(weights WEIGHTS) ?(aggregate (sum|min|max))"},
    {"algebra", 20, STEADY,
     "zinterstore ZSET KEYS ?(weights WEIGHTS) ?(aggregate (sum|min|max))"},
    {"algebra", 12, STEADY, "zdiffstore ZSET KEYS"},
    {"blocking", 5, CAREFUL, "bzpopmin ZSET ?ZSET WAIT"},
    {"blocking", 5, CAREFUL, "bzpopmax ZSET ?ZSET WAIT"},
    {"blocking", 5, CAREFUL, "bzmpop WAIT KEYS (min|max) ?(count COUNT)"},
    {"blocking", 2, CAREFUL, "bzpopmin ZSET (-1|nonsense|nan|1e400|-9223372036854775808)"},

    {"transactions", 20, STEADY, "multi"},
    {"transactions", 4, STEADY, "exec"},
    {"transactions", 3, STEADY, "discard"},
    {"transactions", 15, STEADY, "watch +KEY"},
    {"transactions", 3, STEADY, "unwatch"},

    {"server", 10, STEADY, "select DB"},
    {"server", 6, STEADY, "dbsize"},
    {"server", 2, STEADY, "flushdb ?(sync|async)"},
    {"server", 1, STEADY, "flushall ?(sync|async)"},
    {"server", 4, STEADY, "ping ?VALUE"},
    {"server", 4, STEADY, "echo VALUE"},
    {"server", 2, STEADY, "time"},
    {"server", 4, STEADY, "hello ?(2|3)"},
    {"server", 3, STEADY, "hello (2|3) ?(auth default NAME) ?(setname NAME)"},
    {"server", 1, STEADY, "reset"},
    {"server", 3, STEADY, "auth ?default NAME"},
    {"server", 3, STEADY, "client (id|getname|info|list|ODD)"},
    {"server", 4, STEADY, "client setname NAME"},
    {"server", 2, STEADY, "command (count|ODD)"},
    {"server", 1, STEADY, "info ?(server|keyspace|nonsense)"},
    {"server", 2, STEADY, "(unknown|get|flushall|ODD) ODD ?ODD ?VALUE"},
};

enum { NFORMS = sizeof forms / sizeof forms[0] };

/* ---- from a form to a command ---- */

static const char *sequence(struct generator *g, struct command *c, const char *p, bool emit);

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " ");
}

/* p is behind the parenthesis. Counts the alternatives first, then takes one. */
static const char *alternatives(struct generator *g, struct command *c, const char *p, bool emit)
{
    const char *end = p;
    size_t n = 1;
    while (*(end = sequence(g, c, end, false)) == '|') {
        end++;
        n++;
    }
    size_t chosen = emit ? random_below(&g->random, n) : n;
    for (size_t i = 0; i < n; i++) {
        p = sequence(g, c, p, i == chosen) + 1;
    }
    return p;
}

static const char *word(struct generator *g, struct command *c, const char *p, bool emit)
{
    size_t len = strcspn(p, " |)");
    if (len == 0) {
        die("the grammar has a form without an end");
    }
    if (emit && isupper((unsigned char)*p)) {
        words_add(&g->random, c, p, len);
    } else if (emit) {
        command_add(c, p, len);
    }
    return p + len;
}

static const char *item(struct generator *g, struct command *c, const char *p, bool emit)
{
    if (*p == '?') {
        return item(g, c, p + 1, emit && random_chance(&g->random, 50));
    } else if (*p == '+') {
        for (size_t n = emit ? random_below(&g->random, 4) : 0; n > 0; n--) {
            item(g, c, p + 1, true);
        }
        return item(g, c, p + 1, emit);
    } else if (*p == '(') {
        return alternatives(g, c, p + 1, emit);
    }
    return word(g, c, p, emit);
}

/* Up to the end, or to the | or ) that ends it. */
static const char *sequence(struct generator *g, struct command *c, const char *p, bool emit)
{
    for (p = skip_blanks(p); *p && *p != '|' && *p != ')'; p = skip_blanks(p)) {
        p = item(g, c, p, emit);
    }
    return p;
}

/* ---- spoiling it ---- */

static void replace(struct generator *g, struct command *c, size_t i)
{
    bytes_free(&c->words[i]);
    words_add_odd(&g->random, c);
    c->words[i] = c->words[--c->nwords];
}

static void drop(struct command *c, size_t i)
{
    struct bytes word = command_take(c, i);
    bytes_free(&word);
}

static void exchange(struct command *c, size_t i, size_t j)
{
    struct bytes word = c->words[i];
    c->words[i] = c->words[j];
    c->words[j] = word;
}

static void spoil(struct generator *g, struct command *c, int kind)
{
    static const size_t ways[] = {[STEADY] = 6, [TIMED] = 3, [CAREFUL] = 1};
    size_t i = random_below(&g->random, c->nwords);
    switch (random_below(&g->random, i == 0 && kind == STEADY ? 3 : ways[kind])) {
    case 0: drop(c, c->nwords > 1 ? c->nwords - 1 : 0); break;
    case 1: words_add_odd(&g->random, c); break;
    case 2: replace(g, c, i); break;
    case 3: drop(c, i); break;
    case 4: exchange(c, i, 1 + random_below(&g->random, c->nwords - 1)); break;
    case 5: command_add(c, c->words[i].at, c->words[i].len); break;
    }
}

static void change_case(struct generator *g, struct bytes *word)
{
    for (size_t i = 0; i < word->len; i++) {
        if (random_chance(&g->random, 50)) {
            word->at[i] = (char)toupper((unsigned char)word->at[i]);
        }
    }
}

/* ---- choosing ---- */

static bool wants(const char *themes, const char *theme)
{
    size_t len = strlen(theme);
    for (const char *p = themes; *p; p += strcspn(p, ","), p += *p == ',') {
        if (strncmp(p, theme, len) == 0 && (p[len] == ',' || p[len] == '\0')) {
            return true;
        }
    }
    return *themes == '\0';
}

void grammar_check_themes(const char *themes)
{
    for (size_t i = 0; i < NFORMS; i++) {
        if (wants(themes, forms[i].theme)) {
            return;
        }
    }
    die("there is no such theme; there are: strings numbers bits keys ttl zset algebra blocking "
        "transactions server");
}

static const struct form *choose(struct generator *g)
{
    size_t total = 0;
    for (size_t i = 0; i < NFORMS; i++) {
        total += wants(g->themes, forms[i].theme) ? forms[i].weight : 0;
    }
    size_t at = random_below(&g->random, total);
    for (size_t i = 0;; i++) {
        size_t weight = wants(g->themes, forms[i].theme) ? forms[i].weight : 0;
        if (at < weight) {
            return &forms[i];
        }
        at -= weight;
    }
}

static struct command *plain(int client, const char *name)
{
    struct command *c = command_new(client);
    command_add_text(c, name);
    return c;
}

/* The clients take turns, an open transaction ends soon, and soon after WATCH comes MULTI. */
static struct command *special(struct generator *g)
{
    if (random_chance(&g->random, g->until_multi > 0 ? 20 : 3)) {
        g->client = (int)random_below(&g->random, CLIENTS);
    }
    if (g->until_multi > 0 && --g->until_multi == 0 && !g->in_multi[g->watcher]) {
        g->client = g->watcher;
        return plain(g->client, "multi");
    }
    if (g->in_multi[g->client] && random_chance(&g->random, 20)) {
        return plain(g->client, "exec");
    }
    return NULL;
}

static struct command *any(struct generator *g)
{
    struct command *c = special(g);
    if (c) {
        return c;
    }
    const struct form *form = choose(g);
    c = command_new(g->client);
    sequence(g, c, form->words, true);
    if (random_chance(&g->random, 7)) {
        spoil(g, c, form->kind);
    }
    if (c->nwords > 0 && random_chance(&g->random, 5)) {
        change_case(g, &c->words[0]);
    }
    return c;
}


struct command *grammar_next(struct generator *g)
{
    struct command *c = any(g);
    while (c->nwords == 0 || !rules_allow(c)) {
        command_free(c);
        c = any(g);
    }
    if (command_word_is(c, 0, "watch") && !g->in_multi[c->client]) {
        g->watcher = c->client;
        g->until_multi = 2 + random_below(&g->random, 3);
    }
    if (command_word_is(c, 0, "multi")) {
        g->in_multi[c->client] = true;
    } else if (command_word_is(c, 0, "exec") || command_word_is(c, 0, "discard") ||
               command_word_is(c, 0, "reset")) {
        g->in_multi[c->client] = false;
    }
    return c;
}
