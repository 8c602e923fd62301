/*
 * lists.h: lists in square brackets: requests of several strings, and replies
 * that are arrays.
 */
#ifndef LISTS_H
#define LISTS_H

#include "converse.h"

/* The index of the bracket that closes the one at `from`. */
static size_t closing(const struct talk *t, size_t from, const char *open, const char *close)
{
    size_t depth = 0;
    if (!t->words[from] || strcmp(t->words[from], open) != 0) {
        wrong("expected %s after %s", open, t->words[from - 1]);
    }
    for (size_t i = from; t->words[i]; i++) {
        if (strcmp(t->words[i], open) == 0) {
            depth++;
        } else if (strcmp(t->words[i], close) == 0 && --depth == 0) {
            return i;
        }
    }
    wrong("%s without %s", open, close);
    return 0;
}

/* A copy of a word with %i and %n replaced by their numbers. */
static char *expanded(const struct talk *t, const char *word)
{
    struct bytes b = {0};
    for (; *word; word++) {
        if (word[0] == '%' && (word[1] == 'i' || word[1] == 'n')) {
            char number[24];
            size_t n = word[1] == 'i' ? t->counter : t->flooded;
            bytes_add(&b, number, (size_t)snprintf(number, sizeof number, "%zu", n));
            word++;
        } else {
            bytes_add(&b, word, 1);
        }
    }
    bytes_add(&b, "", 1);
    return (char *)b.at;
}

static void put_list(struct talk *t, size_t from, size_t to, const char *count)
{
    struct bytes body = {0};
    bytes_add_u32(&body, (uint32_t)(count ? word_to_number(count) : to - from));
    for (size_t i = from; i < to; i++) {
        char *word = expanded(t, t->words[i]);
        struct bytes text = word_to_bytes(word);
        put_string(&body, text.at, text.len);
        bytes_free(&text);
        free(word);
    }
    put_body(t, &body);
}

/* The values between the brackets at `from` and `to`, as one array. */
static void put_array(const struct talk *t, struct bytes *out, size_t from, size_t to)
{
    struct bytes items = {0};
    uint32_t count = 0;
    for (size_t i = from + 1; i < to; i++, count++) {
        const char *kind = t->words[i];
        char *arg = i + 1 < to ? expanded(t, t->words[i + 1]) : NULL;
        if (strcmp(kind, "nil") == 0) {
            put_tag(&items, TAG_NIL);
        } else if (!arg) {
            wrong("a value is missing after %s", kind);
        } else if (strcmp(kind, "arr") == 0) {
            size_t end = closing(t, i + 1, "[", "]");
            put_array(t, &items, i + 1, end);
            i = end;
        } else if (strcmp(kind, "str") == 0) {
            struct bytes text = word_to_bytes(arg);
            put_value(&items, TLV, &text);
            bytes_free(&text);
            i++;
        } else if (strcmp(kind, "int") == 0) {
            put_int(&items, strtoll(arg, NULL, 10));
            i++;
        } else if (strcmp(kind, "dbl") == 0) {
            put_dbl(&items, strtod(arg, NULL));
            i++;
        } else if (strcmp(kind, "err") == 0 && i + 2 < to) {
            put_err(&items, arg, t->words[i + 2]);
            i += 2;
        } else {
            wrong("expect-arr: unknown kind of value: %s", kind);
        }
        free(arg);
    }
    put_tag(out, tag_arr);
    bytes_add_u32(out, count);
    bytes_add(out, items.at, items.len);
    bytes_free(&items);
}

static int by_content(const void *a, const void *b)
{
    const struct bytes *x = a, *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int order = n ? memcmp(x->at, y->at, n) : 0;
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* The strings of an array reply, as views into it; NULL when it is not one. */
static struct bytes *strings_of(unsigned char *p, size_t len, size_t *count)
{
    if (len < 5 || p[0] != tag_arr || (*count = u32_at(p + 1)) > len) {
        return NULL;
    }
    struct bytes *all = calloc(*count + 1, sizeof *all);
    size_t at = 5;
    for (size_t i = 0; i < *count; i++) {
        if (len - at < 5 || p[at] != TAG_STR || u32_at(p + at + 1) > len - at - 5) {
            free(all);
            return NULL;
        }
        all[i] = (struct bytes){p + at + 5, u32_at(p + at + 1), 0};
        at += 5 + all[i].len;
    }
    return all;
}

static void expect_set(struct talk *t, size_t from, size_t to)
{
    size_t nwant = to - from - 1, ngot = 0, size = 5, len = await_frame(t);
    unsigned char *got = t->cur->in.at + t->cur->in_pos + 4;
    struct bytes *want = calloc(nwant + 1, sizeof *want), *have = strings_of(got, len, &ngot);
    for (size_t i = 0; i < nwant; i++) {
        want[i] = word_to_bytes(t->words[from + 1 + i]);
        size += 5 + want[i].len;
    }
    qsort(want, nwant, sizeof *want, by_content);
    if (have) {
        qsort(have, ngot, sizeof *have, by_content);
    }
    bool same = have && nwant == ngot;
    for (size_t i = 0; same && i < nwant; i++) {
        same = by_content(&want[i], &have[i]) == 0;
    }
    if (!same && !is_too_long(t, size, got, len)) {
        complain("expected an array of these %zu strings, in any order", nwant);
        show_body(t, "got a reply with the body", got, len);
        give_up(t);
    }
    for (size_t i = 0; i < nwant; i++) {
        bytes_free(&want[i]);
    }
    free(want);
    free(have);
    peer_consume(t->cur, 4 + len);
}

#endif
