/*
 * words_any.h: the words that ask the same question in every dialect, and expect
 * its answer.
 */
#ifndef WORDS_ANY_H
#define WORDS_ANY_H

#include "words_expect.h"

static void put_command(struct talk *t, const char *name, const struct bytes *key,
                        const struct bytes *value)
{
    struct bytes body = {0};
    bytes_add_u32(&body, value ? 3 : 2);
    put_text(&body, name);
    put_string(&body, key->at, key->len);
    if (value) {
        put_string(&body, value->at, value->len);
    }
    put_body(t, &body);
}

/* ch03 answers once per connection: the next question needs a new one. */
static void fresh_if_raw(struct talk *t)
{
    if (t->dialect == RAW && t->cur && t->cur->end != OPEN) {
        char name[sizeof t->cur->name];
        strcpy(name, t->cur->name);
        forget_peer(t, false);
        open_peer(t, name);
    }
}

static void do_ask(struct talk *t, char **args)
{
    struct bytes token = word_to_bytes(args[0]);
    fresh_if_raw(t);
    if (t->dialect == RAW) {
        put(t, token.at, token.len);
    } else if (is_kv(t->dialect)) {
        put_command(t, "get", &token, NULL);
    } else {
        struct bytes frame = {0};
        put_frame(&frame, &token);
        put_and_free(t, &frame);
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
        raw_reply(t);
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
    bytes_free(&token);
}

static void store(struct talk *t, const struct bytes *key, const struct bytes *value)
{
    put_command(t, "set", key, value);
    do_expect_stored(t, NULL);
}

static void do_prepare(struct talk *t, char **args)
{
    if (is_kv(t->dialect)) {
        struct bytes token = word_to_bytes(args[0]);
        store(t, &token, &token);
        bytes_free(&token);
        t->prepared = realloc(t->prepared, (t->nprepared + 1) * sizeof(char *));
        t->prepared[t->nprepared++] = strdup(args[0]);
    }
}

enum { SET_K = 4 + 4 + 3 + 4 + 1 + 4 }; /* the body of `set k ""` */

static void do_ask_sized(struct talk *t, char **args)
{
    size_t size = word_to_number(args[0]);
    struct bytes body = {0};
    fresh_if_raw(t);
    if (t->dialect == RAW) {
        bytes_fill(&body, size, 'z');
        put_and_free(t, &body);
        return;
    }
    if (!is_kv(t->dialect)) {
        bytes_fill(&body, size, 'z');
    } else if (size >= SET_K) {
        bytes_add_u32(&body, 3);
        put_text(&body, "set");
        put_text(&body, "k");
        bytes_add_u32(&body, (uint32_t)(size - SET_K));
        bytes_fill(&body, size - SET_K, 'z');
    } else if (size >= 8) {
        bytes_add_u32(&body, 1);
        bytes_add_u32(&body, (uint32_t)(size - 8));
        bytes_fill(&body, size - 8, 'z');
    } else if (size == 4) {
        bytes_add_u32(&body, 0);
    } else {
        wrong("no list of strings has %zu bytes", size);
    }
    put_body(t, &body);
}

static void do_answer_sized(struct talk *t, char **args)
{
    size_t size = word_to_number(args[0]);
    struct bytes want = {0};
    if (t->dialect == RAW) {
        raw_reply(t);
        return;
    } else if (t->dialect == WORLD) {
        bytes_add(&want, "world", 5);
    } else if (t->dialect == ECHO_BACK) {
        bytes_fill(&want, size, 'z');
    } else if (size >= SET_K) {
        put_stored(&want, t->dialect);
    } else {
        expect_error(t, 1);
        return;
    }
    expect_body(t, &want);
}

/*
 * A reply that carries N bytes; if messages cannot be that long, as many
 * messages as needed.
 */
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

static const struct bytes fat_key = {(unsigned char *)"fat", 3, 3};

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
        bytes_add_u32(&one, 2);
        put_text(&one, "get");
        put_string(&one, fat_key.at, fat_key.len);
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

#endif
