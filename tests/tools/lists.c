/*
 * An array that is expected is made as bytes, like any other reply. For a set,
 * the strings of both sides are sorted first; those of the reply are views into
 * it, which own nothing.
 */
#include "lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "escapes.h"
#include "expecting.h"
#include "sending.h"
#include "wire.h"

void put_list(struct talk *t, size_t from, size_t to, const char *count)
{
    struct bytes body = {0};
    put_u32(&body, (uint32_t)(count ? word_to_number(count) : to - from));
    for (size_t i = from; i < to; i++) {
        char *word = expanded(t, t->words[i]);
        struct bytes text = word_to_bytes(word);
        put_string(&body, text.at, text.len);
        bytes_free(&text);
        free(word);
    }
    put_body(t, &body);
}

/* ---- arrays ---- */

static void put_array(const struct talk *t, struct bytes *out, size_t from,
                      size_t to);

/* Adds the value that begins with the word at i, and ends before `to`. Returns
 * the index of its last word. */
static size_t put_one(const struct talk *t, struct bytes *out, size_t i,
                      size_t to)
{
    const char *kind = t->words[i];
    if (strcmp(kind, "nil") == 0) {
        put_nil(out);
        return i;
    } else if (i + 1 >= to) {
        wrong("a value is missing after %s", kind);
    } else if (strcmp(kind, "arr") == 0) {
        size_t end = closing(t, i + 1, "[", "]");
        put_array(t, out, i + 1, end);
        return end;
    }
    char *arg = expanded(t, t->words[++i]);
    if (strcmp(kind, "str") == 0) {
        struct bytes text = word_to_bytes(arg);
        put_value(out, TLV, &text);
        bytes_free(&text);
    } else if (strcmp(kind, "int") == 0) {
        put_int(out, strtoll(arg, NULL, 10));
    } else if (strcmp(kind, "dbl") == 0) {
        put_dbl(out, strtod(arg, NULL));
    } else if (strcmp(kind, "err") == 0 && i + 1 < to) {
        struct bytes text = word_to_bytes(t->words[++i]);
        put_err(out, (uint32_t)word_to_number(arg), &text);
        bytes_free(&text);
    } else {
        wrong("expect-arr: unknown kind of value: %s", kind);
    }
    free(arg);
    return i;
}

static void put_array(const struct talk *t, struct bytes *out, size_t from,
                      size_t to)
{
    struct bytes items = {0};
    uint32_t count = 0;
    for (size_t i = from + 1; i < to; i++, count++) {
        i = put_one(t, &items, i, to);
    }
    put_arr(out, count);
    bytes_add(out, items.at, items.len);
    bytes_free(&items);
}

void expect_array(struct talk *t, size_t from, size_t to)
{
    struct bytes want = {0};
    put_array(t, &want, from, to);
    expect_body(t, &want);
}

/* ---- sets ---- */

static int by_content(const void *a, const void *b)
{
    const struct bytes *x = a, *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int order = n ? memcmp(x->at, y->at, n) : 0;
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* The strings of an array reply, in the order of their bytes; NULL if it is not
 * one. */
static struct bytes *strings_of(const char *p, size_t len, size_t *count)
{
    if (len < 5 || !is_arr(p[0]) || (*count = u32_at(p + 1)) > len) {
        return NULL;
    }
    struct bytes *all = resized(NULL, *count * sizeof *all);
    size_t at = 5;
    for (size_t i = 0; i < *count; i++) {
        if (len - at < 5 || p[at] != TAG_STR ||
            u32_at(p + at + 1) > len - at - 5) {
            free(all);
            return NULL;
        }
        all[i] = (struct bytes){(char *)p + at + 5, u32_at(p + at + 1), 0};
        at += 5 + all[i].len;
    }
    qsort(all, *count, sizeof *all, by_content);
    return all;
}

/* The strings that words name, in that order, and the size of their array. */
static struct bytes *strings_wanted(char **words, size_t count, size_t *size)
{
    struct bytes *all = resized(NULL, count * sizeof *all);
    *size = 5;
    for (size_t i = 0; i < count; i++) {
        all[i] = word_to_bytes(words[i]);
        *size += 5 + all[i].len;
    }
    qsort(all, count, sizeof *all, by_content);
    return all;
}

static bool same_strings(const struct bytes *a, const struct bytes *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (by_content(&a[i], &b[i]) != 0) {
            return false;
        }
    }
    return true;
}

void expect_set(struct talk *t, size_t from, size_t to)
{
    uint32_t len = await_frame(t);
    const char *got = peer_data(t->cur) + 4;
    size_t nwant = to - from - 1, nhave = 0, size;
    struct bytes *want = strings_wanted(t->words + from + 1, nwant, &size);
    struct bytes *have = strings_of(got, len, &nhave);
    if (!(have && nwant == nhave && same_strings(want, have, nwant)) &&
        !is_too_long(t, size, got, len)) {
        complain("expected an array of these %zu strings, in any order", nwant);
        show_body(t, "got a reply with the body", got, len);
        give_up(t);
    }
    for (size_t i = 0; i < nwant; i++) {
        bytes_free(&want[i]);
    }
    free(want);
    free(have);
    take_frame(t, len);
}
