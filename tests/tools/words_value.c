/*
 * The body that is wanted is made with dialect.h, and compared by
 * expecting.h.
 */
#include "words_value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escapes.h"
#include "expecting.h"
#include "wire.h"

/* ---- of one dialect ---- */

static void do_expect_status(struct talk *t, char **args)
{
    struct bytes want = {0}, data = word_to_bytes(args[1]);
    put_u32(&want, (uint32_t)word_to_number(args[0]));
    bytes_add(&want, data.at, data.len);
    bytes_free(&data);
    expect_body(t, &want);
}

static void do_expect_nil(struct talk *t, char **args)
{
    struct bytes want = {0};
    (void)args;
    put_nil(&want);
    expect_body(t, &want);
}

static void expect_value(struct talk *t, enum dialect d, const char *word)
{
    struct bytes want = {0}, value = word_to_bytes(word);
    put_value(&want, d, &value);
    bytes_free(&value);
    expect_body(t, &want);
}

static void do_expect_str(struct talk *t, char **args)
{
    expect_value(t, TLV, args[0]);
}

static void do_expect_int(struct talk *t, char **args)
{
    struct bytes want = {0};
    put_int(&want, strtoll(args[0], NULL, 10));
    expect_body(t, &want);
}

static void do_expect_int_between(struct talk *t, char **args)
{
    int64_t least = strtoll(args[0], NULL, 10);
    int64_t most = strtoll(args[1], NULL, 10);
    uint32_t len = await_frame(t);
    const char *got = peer_data(t->cur) + 4;
    bool is_int = len == 9 && got[0] == TAG_INT;
    int64_t n = is_int ? (int64_t)u64_at(got + 1) : 0;
    if (!is_int || n < least || n > most) {
        complain("expected an integer from %" PRId64 " to %" PRId64, least,
                 most);
        show_body(t, "got a reply with the body", got, len);
        give_up(t);
    }
    take_frame(t, len);
}

static void do_expect_dbl(struct talk *t, char **args)
{
    struct bytes want = {0};
    put_dbl(&want, strtod(args[0], NULL));
    expect_body(t, &want);
}

static void do_expect_error(struct talk *t, char **args)
{
    expect_error(t, (uint32_t)word_to_number(args[0]));
}

static void do_expect_err(struct talk *t, char **args)
{
    struct bytes want = {0}, text = word_to_bytes(args[1]);
    put_err(&want, (uint32_t)word_to_number(args[0]), &text);
    bytes_free(&text);
    expect_body(t, &want);
}

/* ---- of both ---- */

static void do_expect_value(struct talk *t, char **args)
{
    expect_value(t, t->dialect, args[0]);
}

static void do_expect_missing(struct talk *t, char **args)
{
    struct bytes want = {0};
    (void)args;
    put_missing(&want, t->dialect);
    expect_body(t, &want);
}

static void do_expect_stored(struct talk *t, char **args)
{
    (void)args;
    expect_stored(t);
}

static void do_expect_deleted(struct talk *t, char **args)
{
    struct bytes want = {0}, other = {0};
    bool any = strcmp(args[0], "any") == 0;
    int64_t count = any ? 0 : (int64_t)word_to_number(args[0]);
    put_deleted(&want, t->dialect, count);
    put_deleted(&other, t->dialect, 1);
    expect_either(t, &want, any ? &other : NULL);
    bytes_free(&other);
}

static void do_expect_unknown(struct talk *t, char **args)
{
    (void)args;
    expect_error(t, 1);
}

const struct word words_value[] = {
    {"expect-status", 2, do_expect_status},
    {"expect-nil", 0, do_expect_nil},
    {"expect-str", 1, do_expect_str},
    {"expect-int", 1, do_expect_int},
    {"expect-int-between", 2, do_expect_int_between},
    {"expect-dbl", 1, do_expect_dbl},
    {"expect-error", 1, do_expect_error},
    {"expect-err", 2, do_expect_err},
    {"expect-value", 1, do_expect_value},
    {"expect-missing", 0, do_expect_missing},
    {"expect-stored", 0, do_expect_stored},
    {"expect-deleted", 1, do_expect_deleted},
    {"expect-unknown", 0, do_expect_unknown},
    {NULL, 0, NULL},
};
