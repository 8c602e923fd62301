/*
 * There are three kinds of words: @NAME; plain ones, which have a fixed number
 * of arguments, and are in the tables of the words_ modules; and those before a
 * bracket, which are here. What is between { and } is run as a script of its
 * own.
 */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connections.h"
#include "die.h"
#include "escapes.h"
#include "expecting.h"
#include "lists.h"
#include "quote.h"
#include "sending.h"
#include "words_any.h"
#include "words_control.h"
#include "words_expect.h"
#include "words_send.h"
#include "words_time.h"
#include "words_value.h"

enum { MOST_SHOWN = 20 }; /* bytes of a request */

/* ---- blocks: each function returns the index of the last word ---- */

static size_t run_repeat(struct talk *t, size_t at)
{
    char *count = expanded(t, t->words[at + 1]);
    size_t times = word_to_number(count), outer = t->counter;
    size_t end = closing(t, at + 2, "{", "}");
    for (size_t i = 1; i <= times; i++) {
        t->counter = i;
        run(t, at + 3, end);
    }
    t->counter = outer;
    free(count);
    return end;
}

/* What the words of a block send, without sending it. Large data is prepared
 * before the connection is opened, because that may have a time limit. */
static struct bytes collected(struct talk *t, size_t from, size_t to)
{
    struct bytes all = {0};
    if (t->join) {
        wrong("join or flood inside of join or flood");
    }
    fresh_if_raw(t);
    struct peer *p = t->cur;
    t->join = &all;
    run(t, from, to);
    t->join = NULL;
    if (t->cur != p) {
        wrong("another connection inside of join or flood");
    }
    return all;
}

static size_t run_join(struct talk *t, size_t at)
{
    size_t end = closing(t, at + 1, "{", "}");
    struct bytes all = collected(t, at + 2, end);
    put_and_free(t, &all);
    return end;
}

/* Sends the block until it gets stuck; unless it must, `most` bytes will do. */
static void flood(struct talk *t, const struct bytes *block, size_t most,
                  size_t patience, bool must_stick)
{
    struct peer *p = current(t);
    size_t sent = 0;
    t->flooded = 0;
    do {
        if (sent > most && !must_stick) {
            break;
        } else if (p->end != OPEN) {
            fail(t, "the connection ended during the flood");
        } else if (sent > most) {
            fail(t, "%zu bytes went out and it still reads more", sent);
        }
        bytes_add(&p->out, block->at, block->len);
        sent += block->len;
        t->flooded++;
    } while (peer_flush(p, patience));
}

/* flood; and press, for which the connection may take everything */
static size_t run_flood(struct talk *t, size_t at)
{
    bool must_stick = strcmp(t->words[at], "flood") == 0;
    size_t most = word_to_number(t->words[at + 1]);
    size_t patience = word_to_number(t->words[at + 2]);
    size_t end = closing(t, at + 3, "{", "}");
    struct bytes block = collected(t, at + 4, end);
    flood(t, &block, most, patience, must_stick);
    bytes_free(&block);
    return end;
}

static size_t run_each_request(struct talk *t, size_t at)
{
    size_t end = closing(t, at + 1, "{", "}"), outer = t->counter;
    struct peer *p = current(t);
    for (t->counter = 1; peer_need(p, 1, t->timeout); t->counter++) {
        uint32_t len = await_frame(t);
        t->asked.len = 0;
        bytes_add(&t->asked, peer_data(p) + 4, len);
        take_frame(t, len);
        fputs("request ", stdout);
        quote_print_plain(stdout, t->asked.at,
                          len < MOST_SHOWN ? len : MOST_SHOWN);
        putchar('\n');
        run(t, at + 2, end);
    }
    if (p->end == OPEN) {
        fail(t, "the client neither sent a request nor closed for %zu ms",
             t->timeout);
    }
    t->counter = outer;
    return end;
}

/* ---- lists: the same ---- */

static size_t closing_list(struct talk *t, size_t from)
{
    return t->step_end = closing(t, from, "[", "]");
}

static size_t run_req(struct talk *t, size_t at)
{
    size_t end = closing_list(t, at + 1);
    put_list(t, at + 2, end, NULL);
    return end;
}

static size_t run_req_count(struct talk *t, size_t at)
{
    size_t end = closing_list(t, at + 2);
    put_list(t, at + 3, end, t->words[at + 1]);
    return end;
}

static size_t run_expect_arr(struct talk *t, size_t at)
{
    size_t end = closing_list(t, at + 1);
    expect_array(t, at + 1, end);
    return end;
}

static size_t run_expect_set(struct talk *t, size_t at)
{
    size_t end = closing_list(t, at + 1);
    expect_set(t, at + 1, end);
    return end;
}

/* ---- one word after the other ---- */

/* A word before a bracket, and how many words are needed up to that. */
struct bracketed {
    const char *name;
    size_t needs;
    size_t (*run)(struct talk *t, size_t at);
};

static const struct bracketed bracketed[] = {
    {"repeat", 2, run_repeat},
    {"join", 1, run_join},
    {"flood", 3, run_flood},
    {"press", 3, run_flood},
    {"each-request", 1, run_each_request},
    {"req", 1, run_req},
    {"req-count", 2, run_req_count},
    {"expect-arr", 1, run_expect_arr},
    {"expect-set", 1, run_expect_set},
};

static const struct word *const tables[] = {
    words_send, words_expect, words_value, words_any, words_time, words_control,
};

static const struct bracketed *bracketed_named(const char *name)
{
    for (size_t i = 0; i < sizeof bracketed / sizeof bracketed[0]; i++) {
        if (strcmp(bracketed[i].name, name) == 0) {
            return &bracketed[i];
        }
    }
    return NULL;
}

static const struct word *word_named(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct word *w = tables[i]; w->name; w++) {
            if (strcmp(w->name, name) == 0) {
                return w;
            }
        }
    }
    wrong("unknown word: %s", name);
}

static size_t run_bracketed(struct talk *t, const struct bracketed *b,
                            size_t at)
{
    for (size_t i = 1; i <= b->needs; i++) {
        if (!t->words[at + i]) {
            wrong("words are missing after %s", b->name);
        }
    }
    return b->run(t, at);
}

static size_t run_plain(struct talk *t, const struct word *w, size_t at)
{
    char *args[2] = {NULL, NULL};
    for (int i = 0; i < w->nargs; i++) {
        if (!t->words[++at]) {
            wrong("%s needs %d more words", w->name, w->nargs);
        }
        args[i] = expanded(t, t->words[at]);
    }
    t->step_end = at;
    w->act(t, args);
    free(args[0]);
    free(args[1]);
    return at;
}

static void run_switch(struct talk *t, const char *name)
{
    char *full = expanded(t, name);
    switch_to(t, full);
    free(full);
}

void run(struct talk *t, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++) {
        const struct bracketed *b = bracketed_named(t->words[at]);
        t->step = t->step_end = at;
        if (t->words[at][0] == '@') {
            run_switch(t, t->words[at] + 1);
        } else if (b) {
            at = run_bracketed(t, b, at);
        } else {
            at = run_plain(t, word_named(t->words[at]), at);
        }
    }
}
