/*
 * Requests are templates, in which a single capital letter stands for a word. Keys are K for one
 * with a string, N with a number, Z with a sorted set, and B for one to block on. M is a member, V
 * a value, and D a database. Each request is sent as an array or as a typed line. A typed line may
 * have quotes and escapes, which a server decodes, perhaps in place.
 */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/resp.h"

enum { MOST_WORDS = 16, WORD = 32 };

/* Redis drops a client that has more than 1024 bytes of replies waiting before it has said the
 * password; how many wait at a time is chance. */
enum { MOST_UNTOLD = 800 };

#define ONE_OF(r, list) (list)[random_below(r, sizeof(list) / sizeof((list)[0]))]

static const char *const common[] = {
    "SET K V", "GET K", "APPEND K V", "STRLEN K", "GETSET K V", "GETDEL K", "MSET K V N 5",
    "MGET K N K", "INCR N", "INCRBY N 7", "INCR K", "DEL K", "EXISTS K N Z", "TYPE Z",
    "ZADD Z 1 M 2 M", "ZADD Z INCR 1.5 M", "ZINCRBY Z 2 M", "ZSCORE Z M", "ZREM Z M", "ZCARD Z",
    "ZRANGE Z 0 -1 WITHSCORES", "ZPOPMIN Z", "ZMPOP 1 Z MAX", "GET Z", "ZADD K 1 M", "PING",
    "PING V", "ECHO V", "SELECT D", "NOSUCH V", "GET", "ZADD Z x M", "CLIENT SETNAME V",
    "CLIENT GETNAME", "BZPOPMIN Z 0.001", "BZPOPMAX Z x", "BZMPOP 0.001 2 Z Z MIN",
};
static const char *const large[] = {
    "SETRANGE K 20000 V", "GET K", "GET K", "SETBIT K 800000 1", "GETBIT K 7", "GETRANGE K -9 -1",
};
static const char *const blocking[] = {
    "BZPOPMIN B 0", "BZPOPMAX B 0", "BZPOPMIN B B 0", "BZMPOP 0 1 B MIN",
    "BZMPOP 0 2 B B MAX COUNT 2",
};
static const char *const about_client[] = {
    "HELLO 2", "HELLO 3", "HELLO 9", "HELLO", "AUTH secret", "AUTH secret", "AUTH V",
    "AUTH default secret", "HELLO 3 AUTH default secret", "HELLO 2 AUTH default V",
};
/* What a server refuses until the password has been said. */
static const char *const wide[] = {
    "MGET K K K K K K K K K K K", "MSET K V K V K V K V K V K V", "EXISTS K K K K K K K K K K",
};
static const char *const nothing[] = {"\r\n", "*0\r\n", "*-1\r\n"};
static const char *const broken[] = {
    "*1\r\n#4\r\nPING\r\n", "*x\r\n", "*2\r\n$3\r\nGET\r\n$-7\r\n", "GET 'open\r\n",
};
static const char *const meddling[] = {
    "SET K V", "DEL K N", "INCR N", "ZADD Z 5 M", "ZREM Z M", "APPEND K V", "GET K", "ZCARD Z",
};

/* ---- the bytes of a request ---- */

static void add_line(struct bytes *to, struct random *r, char (*words)[WORD], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = random_below(r, strlen(words[i])), plain = random_below(r, 4);
        char text[2 * WORD];
        if (plain == 0) {
            snprintf(text, sizeof text, "\"%.*s\\x%02x%s\"", (int)at, words[i],
                     (unsigned)words[i][at], words[i] + at + 1);
        } else {
            snprintf(text, sizeof text, plain == 1 ? "'%s'" : "%s", words[i]);
        }
        bytes_add_text(to, i == 0 ? "" : random_chance(r, 10) ? "  " : " ");
        bytes_add_text(to, text);
    }
    bytes_add_text(to, "\r\n");
}

static void add_array(struct bytes *to, char (*words)[WORD], size_t n)
{
    resp_add_array(to, n);
    for (size_t i = 0; i < n; i++) {
        resp_add_word(to, words[i], strlen(words[i]));
    }
}

static void fill_in(char word[WORD], struct random *r, struct client *c)
{
    unsigned digit = (unsigned)random_below(r, 3);
    switch (word[1] == '\0' ? word[0] : '\0') {
    case 'K': snprintf(word, WORD, "%c:key:%u", c->letter, digit); break;
    case 'N': snprintf(word, WORD, "%c:number:%u", c->letter, digit); break;
    case 'Z': snprintf(word, WORD, "%c:set:%u", c->letter, digit); break;
    case 'B': snprintf(word, WORD, "%c:block:%u", c->letter, c->blocks++); break;
    case 'M': snprintf(word, WORD, "member:%u", digit); break;
    case 'V': snprintf(word, WORD, "value%zu", random_below(r, 100000)); break;
    case 'D': snprintf(word, WORD, "%u", digit % 2); break;
    }
}

/* Adds the request that the template makes for c. */
static void add_request(struct bytes *to, struct random *r, struct client *c, const char *template,
                        bool may_be_typed)
{
    char words[MOST_WORDS][WORD];
    size_t n = 0;
    while (*template) {
        size_t len = strcspn(template, " ");
        snprintf(words[n], WORD, "%.*s", (int)len, template);
        fill_in(words[n++], r, c);
        template += len + (template[len] == ' ');
    }
    if (may_be_typed && random_chance(r, 30)) {
        add_line(to, r, words, n);
    } else {
        add_array(to, words, n);
    }
}

/* ---- scripts ---- */

static void end_request(struct script *s, size_t replies)
{
    s->ends[s->nrequests++] = s->bytes.len;
    s->replies += s->closes ? 0 : replies;
    s->sure += s->closes || s->blocks ? 0 : replies;
}

static bool is_password(const char *template)
{
    size_t len = strlen(template);
    return len > 6 && strcmp(template + len - 6, "secret") == 0;
}

static void ask(struct script *s, struct random *r, struct client *c, const char *template)
{
    if (!c->trusted && !is_password(template) && !s->closes) {
        c->untold += strncmp(template, "HELLO", 5) == 0 ? 260 : 90;
        if (c->untold > MOST_UNTOLD) {
            ask(s, r, c, "AUTH secret");
        }
    }
    if (is_password(template)) {
        c->trusted = true;
        c->untold = 0;
    }
    add_request(&s->bytes, r, c, template, true);
    end_request(s, 1);
}

/* Literal requests, which have no replies, or after which the server closes. */
static void ask_raw(struct script *s, const char *text, size_t replies)
{
    bytes_add_text(&s->bytes, text);
    end_request(s, replies);
}

static void serve(struct bytes *serving, size_t *n, struct random *r, struct client *c, unsigned key)
{
    char text[64];
    bool multi = random_chance(r, 30);
    bytes_add_text(serving, multi ? "MULTI\r\n" : "");
    for (int db = 0; db < 2; db++) { /* we do not know in which one it blocks */
        snprintf(text, sizeof text, "SELECT %d\r\nZADD %c:block:%u 1 one 2 two\r\n", db, c->letter, key);
        bytes_add_text(serving, text);
    }
    bytes_add_text(serving, multi ? "EXEC\r\n" : "");
    *n += multi ? 6 : 4;
}

static void block(struct script *s, struct random *r, struct client *c, struct bytes *serving,
                  size_t *nserving)
{
    unsigned first = c->blocks;
    s->blocks = true; /* the reply to this one is not sure any more */
    ask(s, r, c, ONE_OF(r, blocking));
    serve(serving, nserving, r, c, first + (unsigned)random_below(r, c->blocks - first));
}

static void open_transaction(struct script *s, struct random *r, struct client *c)
{
    ask(s, r, c, "MULTI");
    c->multi = true;
}

static void end_transaction(struct script *s, struct random *r, struct client *c)
{
    ask(s, r, c, random_chance(r, 80) ? "EXEC" : "DISCARD");
    c->multi = false;
}

/* This ends a transaction, too; no harm is done if c only believes that it has one. */
static void reset(struct script *s, struct random *r, struct client *c)
{
    ask(s, r, c, "RESET");
    c->multi = false;
    c->trusted = !c->password;
}

static void ask_about_client(struct script *s, struct random *r, struct client *c)
{
    if (!c->password && random_chance(r, 10)) {
        reset(s, r, c);
    } else {
        ask(s, r, c, ONE_OF(r, about_client));
    }
}

/* From here on the server takes no more: it closes. */
static void ask_for_end(struct script *s, struct random *r, struct client *c)
{
    if (random_chance(r, 60)) {
        ask(s, r, c, "QUIT");
    } else {
        ask_raw(s, ONE_OF(r, broken), 1);
    }
    s->closes = true;
    c->multi = false;
}

static void add_one(struct script *s, struct random *r, struct client *c, struct bytes *serving,
                    size_t *nserving)
{
    size_t kind = random_below(r, 100);
    if (kind < 5 && !c->multi && !s->closes) {
        block(s, r, c, serving, nserving);
    } else if (kind < 8) {
        add_request(&s->bytes, r, c, ONE_OF(r, wide), false);
        end_request(s, 1);
    } else if (kind < 16) {
        ask_about_client(s, r, c);
    } else if (kind < 19) {
        ask_raw(s, ONE_OF(r, nothing), 0);
    } else if (kind < 22) {
        ask(s, r, c, random_chance(r, 80) ? "WATCH K N" : "UNWATCH");
    } else if (kind < 27) {
        open_transaction(s, r, c);
    } else if (kind < 33) {
        end_transaction(s, r, c);
    } else if (kind < 38) {
        ask(s, r, c, ONE_OF(r, large));
    } else {
        ask(s, r, c, ONE_OF(r, common));
    }
}

void script_make(struct script *s, struct random *r, struct client *c, struct bytes *serving,
                 size_t *nserving)
{
    size_t n = 1 + random_below(r, random_chance(r, 8) ? 400 : 30);
    size_t end = random_chance(r, 20) ? random_below(r, n) : n;
    *s = (struct script){0};
    if (random_chance(r, 30)) { /* of what it has watched */
        open_transaction(s, r, c);
        ask(s, r, c, "INCR N");
        end_transaction(s, r, c);
    }
    if (c->password && random_chance(r, 30)) { /* while not much is still to be replied */
        ask(s, r, c, "INCR N");
        reset(s, r, c);
    }
    for (size_t i = 0; i < n; i++) {
        if (i == end) {
            ask_for_end(s, r, c);
        }
        add_one(s, r, c, serving, nserving);
    }
    if (random_chance(r, 30)) {
        ask(s, r, c, "WATCH K N");
    }
    ask(s, r, c, "PING"); /* a client that gets no reply to this has been cut off */
}

size_t script_meddle(struct bytes *to, struct random *r, size_t n)
{
    size_t count = 1 + random_below(r, 2 * n);
    for (size_t i = 0; i < count; i++) {
        struct client other = {.letter = (char)('a' + random_below(r, n))};
        add_request(to, r, &other, random_chance(r, 10) ? "SELECT D" : ONE_OF(r, meddling), true);
    }
    return count;
}

void script_free(struct script *s)
{
    bytes_free(&s->bytes);
}
