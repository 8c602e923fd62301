/*
 * words_expect.h: the words that expect something on the connection: bytes,
 * frames, an end, silence, and the replies of the key-value stages.
 */
#ifndef WORDS_EXPECT_H
#define WORDS_EXPECT_H

#include "converse.h"

static void do_expect(struct talk *t, char **args)
{
    struct bytes want = word_to_bytes(args[0]);
    expect_bytes(t, want.at, want.len);
    bytes_free(&want);
}

static void do_expect_hex(struct talk *t, char **args)
{
    struct bytes want = hex_to_bytes(args[0]);
    expect_bytes(t, want.at, want.len);
    bytes_free(&want);
}

static void do_expect_frame(struct talk *t, char **args)
{
    struct bytes want = word_to_bytes(args[0]);
    expect_body(t, &want);
}

static void do_expect_frame_of(struct talk *t, char **args)
{
    struct bytes want = filled(args);
    expect_body(t, &want);
}

static void do_begins(struct talk *t, char **args)
{
    (void)args;
    if (!peer_need(current(t), 1, t->timeout)) {
        fail(t, "%s", why_no_header(t->cur));
    }
}

static void do_skip(struct talk *t, char **args)
{
    struct peer *p = current(t);
    size_t left = word_to_number(args[0]);
    while (left > 0) {
        if (!peer_need(p, 1, t->timeout)) {
            fail(t, "%zu more bytes were to come", left);
        }
        size_t n = peer_unread(p) < left ? peer_unread(p) : left;
        peer_consume(p, n);
        left -= n;
    }
}

static void do_drain(struct talk *t, char **args)
{
    struct peer *p = current(t);
    (void)args;
    while (peer_need(p, 1, t->timeout)) {
        peer_consume(p, peer_unread(p));
    }
    if (p->end == OPEN) {
        fail(t, "the connection did not end: no byte for %zu ms", t->timeout);
    }
}

static void do_expect_eof(struct talk *t, char **args)
{
    (void)args;
    await_end(t, "the connection to be closed");
    if (t->cur->end == RESET) {
        fail(t, "expected an orderly end (EOF), but the connection was reset");
    }
}

static void do_expect_closed(struct talk *t, char **args)
{
    (void)args;
    await_end(t, "the connection to be closed without a reply");
}

static void do_expect_silence(struct talk *t, char **args)
{
    struct peer *p = current(t);
    if (peer_hears(p, word_to_number(args[0]))) {
        fail(t, peer_unread(p) ? "expected silence, but bytes came"
                               : "expected silence, but the connection was ended");
    }
}

static void raw_reply(struct talk *t)
{
    expect_bytes(t, (const unsigned char *)"world", 5);
    await_end(t, "the connection to be closed after the 5 bytes `world`");
}

static void do_reply(struct talk *t, char **args)
{
    (void)args;
    if (t->dialect == RAW) {
        raw_reply(t);
    } else {
        size_t len = await_frame(t);
        peer_consume(t->cur, 4 + len);
    }
}

static void do_print(struct talk *t, char **args)
{
    (void)args;
    size_t len = await_frame(t);
    print_reply(stdout, t->dialect, peer_data(t->cur) + 4, len);
    peer_consume(t->cur, 4 + len);
}

/* Takes one reply, or what arrives of it. Does not complain if nothing does. */
static size_t overheard(struct talk *t)
{
    struct peer *p = current(t);
    if (peer_need(p, 4, t->timeout)) {
        uint32_t body = u32_at(peer_data(p));
        peer_need(p, body > 1000 ? 5 : 4 + (size_t)body, 500);
    }
    return peer_unread(p);
}

/* Does an array have the tag 4, as in the book's older edition? */
static bool is_older(struct talk *t)
{
    peer_consume(t->cur, peer_unread(t->cur));
    put(t, "\x0c\0\0\0\1\0\0\0\4\0\0\0keys", 16);
    size_t len = overheard(t);
    const unsigned char *got = peer_data(t->cur);
    return len >= 9 && got[4] == 4;
}

/* Which dialect is it? One request that every stage answers differently. */
static void do_detect(struct talk *t, char **args)
{
    static const char request[] = "\x1b\0\0\0\2\0\0\0\3\0\0\0get\x0c\0\0\0\1no-such-key";
    const size_t size = sizeof request - 1;
    const char *answer = "unknown";
    (void)args;
    put(t, request, size);
    size_t len = overheard(t);
    const unsigned char *got = peer_data(t->cur);
    if (len == size && memcmp(got, request, size) == 0) {
        answer = "echo";
    } else if (len == 9 && memcmp(got, "\5\0\0\0world", 9) == 0) {
        answer = "world";
    } else if (len == 8 && memcmp(got, "\4\0\0\0\2\0\0\0", 8) == 0) {
        answer = "status";
    } else if (len == 5 && memcmp(got, "\1\0\0\0\0", 5) == 0) {
        answer = is_older(t) ? "tlv-older" : "tlv";
    } else if (len == 5 && memcmp(got, "world", 5) == 0) {
        answer = "raw";
    }
    puts(answer);
}

static void do_clock(struct talk *t, char **args)
{
    (void)args;
    t->clock = now_ms();
}

static void do_expect_within(struct talk *t, char **args)
{
    int64_t took = now_ms() - t->clock;
    if (took > (int64_t)word_to_number(args[0])) {
        fail(t, "this took %" PRId64 " ms, at most %s were allowed", took, args[0]);
    }
}

static void do_expect_status(struct talk *t, char **args)
{
    struct bytes want = {0}, data = word_to_bytes(args[1]);
    bytes_add_u32(&want, (uint32_t)word_to_number(args[0]));
    bytes_add(&want, data.at, data.len);
    bytes_free(&data);
    expect_body(t, &want);
}

static void do_expect_nil(struct talk *t, char **args)
{
    struct bytes want = {0};
    (void)args;
    put_tag(&want, TAG_NIL);
    expect_body(t, &want);
}

static void do_expect_str(struct talk *t, char **args)
{
    struct bytes want = {0}, value = word_to_bytes(args[0]);
    put_value(&want, TLV, &value);
    bytes_free(&value);
    expect_body(t, &want);
}

static void do_expect_int(struct talk *t, char **args)
{
    struct bytes want = {0};
    put_int(&want, strtoll(args[0], NULL, 10));
    expect_body(t, &want);
}

static void do_expect_int_between(struct talk *t, char **args)
{
    int64_t least = strtoll(args[0], NULL, 10), most = strtoll(args[1], NULL, 10), n = 0;
    size_t len = await_frame(t);
    const unsigned char *got = peer_data(t->cur) + 4;
    bool is_int = len == 9 && got[0] == TAG_INT;
    if (is_int) {
        n = (int64_t)u64_at(got + 1);
    }
    if (!is_int || n < least || n > most) {
        complain("expected an integer from %" PRId64 " to %" PRId64, least, most);
        show_body(t, "got a reply with the body", got, len);
        give_up(t);
    }
    peer_consume(t->cur, 4 + len);
}

static void do_expect_dbl(struct talk *t, char **args)
{
    struct bytes want = {0};
    put_dbl(&want, strtod(args[0], NULL));
    expect_body(t, &want);
}

static void expect_error(struct talk *t, uint32_t code)
{
    size_t len = await_frame(t);
    const unsigned char *got = peer_data(t->cur) + 4;
    if (!is_error(t, got, len, code)) {
        complain("expected an error with the code %" PRIu32 ", whatever its text is", code);
        show_body(t, "got a reply with the body", got, len);
        give_up(t);
    }
    peer_consume(t->cur, 4 + len);
}

static void do_expect_error(struct talk *t, char **args)
{
    expect_error(t, (uint32_t)word_to_number(args[0]));
}

static void do_expect_err(struct talk *t, char **args)
{
    struct bytes want = {0};
    put_err(&want, args[0], args[1]);
    expect_body(t, &want);
}

static void do_expect_value(struct talk *t, char **args)
{
    struct bytes want = {0}, value = word_to_bytes(args[0]);
    put_value(&want, t->dialect, &value);
    bytes_free(&value);
    expect_body(t, &want);
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
    struct bytes want = {0};
    (void)args;
    put_stored(&want, t->dialect);
    expect_body(t, &want);
}

static void do_expect_deleted(struct talk *t, char **args)
{
    struct bytes want = {0}, other = {0};
    bool any = strcmp(args[0], "any") == 0;
    put_deleted(&want, t->dialect, any ? 0 : (int64_t)word_to_number(args[0]));
    put_deleted(&other, t->dialect, 1);
    expect_either(t, &want, any ? &other : NULL);
}

static void do_expect_unknown(struct talk *t, char **args)
{
    (void)args;
    expect_error(t, 1);
}

#endif
