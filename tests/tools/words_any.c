/*
 * Key-value stages are asked with `get` and `set`; the others get the bytes
 * themselves. What a stage has no use for does nothing there.
 */
#include "words_any.h"

#include <stdlib.h>
#include <string.h>

#include "connections.h"
#include "die.h"
#include "escapes.h"
#include "expecting.h"
#include "sending.h"
#include "wire.h"

/* Adds the body of `NAME key` or `NAME key value`. */
static void put_command(struct bytes *body, const char *name,
                        const struct bytes *key, const struct bytes *value)
{
    put_u32(body, value ? 3 : 2);
    put_text(body, name);
    put_string(body, key->at, key->len);
    if (value) {
        put_string(body, value->at, value->len);
    }
}

/* ---- a question that names a text ---- */

static void do_ask(struct talk *t, char **args)
{
    struct bytes token = word_to_bytes(args[0]), body = {0};
    fresh_if_raw(t);
    if (t->dialect == RAW) {
        put(t, token.at, token.len);
    } else if (is_kv(t->dialect)) {
        put_command(&body, "get", &token, NULL);
        put_body(t, &body);
    } else {
        bytes_add(&body, token.at, token.len);
        put_body(t, &body);
    }
    bytes_free(&token);
}

static bool is_prepared(const struct talk *t, const char *word)
{
    for (size_t i = 0; i < t->nprepared; i++) {
        if (strcmp(t->prepared[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static void do_answer(struct talk *t, char **args)
{
    struct bytes want = {0}, missing = {0}, token = word_to_bytes(args[0]);
    if (t->dialect == RAW) {
        expect_raw_reply(t);
    } else if (is_kv(t->dialect)) {
        put_value(&want, t->dialect, &token);
        put_missing(&missing, t->dialect);
        expect_either(t, &want, is_prepared(t, args[0]) ? NULL : &missing);
    } else if (t->dialect == WORLD) {
        bytes_add(&want, "world", 5);
        expect_body(t, &want);
    } else {
        bytes_add(&want, token.at, token.len);
        expect_body(t, &want);
    }
    bytes_free(&missing);
    bytes_free(&token);
}

static void store(struct talk *t, const struct bytes *key,
                  const struct bytes *value)
{
    struct bytes body = {0};
    put_command(&body, "set", key, value);
    put_body(t, &body);
    expect_stored(t);
}

static void do_prepare(struct talk *t, char **args)
{
    if (is_kv(t->dialect)) {
        struct bytes token = word_to_bytes(args[0]), copy = {0};
        store(t, &token, &token);
        bytes_free(&token);
        bytes_add_text(&copy, args[0]);
        t->prepared = resized(t->prepared, (t->nprepared + 1) * sizeof(char *));
        t->prepared[t->nprepared++] = copy.at;
    }
}

/* ---- a request of a size ---- */

enum { SET_K = 4 + 4 + 3 + 4 + 1 + 4 }; /* the body of `set k ""` */

/* Adds a list of strings that has that size; most of it is in the last one. */
static void put_sized(struct bytes *body, size_t size)
{
    if (size >= SET_K) {
        put_u32(body, 3);
        put_text(body, "set");
        put_text(body, "k");
    } else if (size >= 8) {
        put_u32(body, 1);
    } else if (size == 4) {
        put_u32(body, 0);
        return;
    } else {
        wrong("no list of strings has %zu bytes", size);
    }
    size -= body->len + 4;
    put_u32(body, (uint32_t)size);
    bytes_fill(body, size, 'z');
}

static void do_ask_sized(struct talk *t, char **args)
{
    size_t size = word_to_number(args[0]);
    struct bytes body = {0};
    fresh_if_raw(t);
    if (is_kv(t->dialect)) {
        put_sized(&body, size);
    } else {
        bytes_fill(&body, size, 'z');
    }
    if (t->dialect == RAW) {
        put_and_free(t, &body);
    } else {
        put_body(t, &body);
    }
}

static void do_answer_sized(struct talk *t, char **args)
{
    size_t size = word_to_number(args[0]);
    struct bytes want = {0};
    if (t->dialect == RAW) {
        expect_raw_reply(t);
    } else if (t->dialect == WORLD) {
        bytes_add(&want, "world", 5);
        expect_body(t, &want);
    } else if (t->dialect == ECHO_BACK) {
        bytes_fill(&want, size, 'z');
        expect_body(t, &want);
    } else if (size >= SET_K) {
        expect_stored(t);
    } else {
        expect_error(t, 1);
    }
}

/* ---- a reply that carries N bytes ---- */

/* If messages cannot be that long, as many messages as needed. */
struct fat {
    size_t count;
    struct bytes value;
};

static struct fat fat_of(const struct talk *t, char **args)
{
    struct fat fat = {1, {0}};
    size_t size = word_to_number(args[0]);
    if (t->dialect < ECHO_BACK) {
        wrong("replies of this dialect have one size");
    }
    if (size > t->most) {
        fat.count = (size + t->most - 1) / t->most;
        size = t->most;
    }
    bytes_fill(&fat.value, size, 'z');
    return fat;
}

static const struct bytes fat_key = {"fat", 3, 0};

static void do_prepare_fat(struct talk *t, char **args)
{
    struct fat fat = fat_of(t, args);
    if (is_kv(t->dialect)) {
        store(t, &fat_key, &fat.value);
    }
    bytes_free(&fat.value);
}

static void do_ask_fat(struct talk *t, char **args)
{
    struct fat fat = fat_of(t, args);
    struct bytes one = {0}, all = {0};
    if (is_kv(t->dialect)) {
        put_command(&one, "get", &fat_key, NULL);
    } else {
        bytes_add(&one, fat.value.at, fat.value.len);
    }
    for (size_t i = 0; i < fat.count; i++) {
        put_frame(&all, &one);
    }
    bytes_free(&one);
    bytes_free(&fat.value);
    put_and_free(t, &all);
}

static void do_answer_fat(struct talk *t, char **args)
{
    struct fat fat = fat_of(t, args);
    for (size_t i = 0; i < fat.count; i++) {
        struct bytes want = {0};
        if (is_kv(t->dialect)) {
            put_value(&want, t->dialect, &fat.value);
        } else {
            bytes_add(&want, fat.value.at, fat.value.len);
        }
        expect_body(t, &want);
    }
    bytes_free(&fat.value);
}

const struct word words_any[] = {
    {"ask", 1, do_ask},
    {"answer", 1, do_answer},
    {"prepare", 1, do_prepare},
    {"ask-sized", 1, do_ask_sized},
    {"answer-sized", 1, do_answer_sized},
    {"prepare-fat", 1, do_prepare_fat},
    {"ask-fat", 1, do_ask_fat},
    {"answer-fat", 1, do_answer_fat},
    {NULL, 0, NULL},
};
