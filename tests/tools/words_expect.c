/*
 * All of them wait as expecting.h does; only `detect` takes whatever comes, for
 * any answer tells it something.
 */
#include "words_expect.h"

#include <stdio.h>
#include <string.h>

#include "connections.h"
#include "escapes.h"
#include "expecting.h"
#include "sending.h"
#include "wire.h"

/* ---- bytes and frames ---- */

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
    struct bytes want = words_to_filling(args);
    expect_body(t, &want);
}

static void do_begins(struct talk *t, char **args)
{
    (void)args;
    await_byte(t);
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

static void do_reply(struct talk *t, char **args)
{
    (void)args;
    if (t->dialect == RAW) {
        expect_raw_reply(t);
    } else {
        take_frame(t, await_frame(t));
    }
}

static void do_print(struct talk *t, char **args)
{
    uint32_t len = await_frame(t);
    (void)args;
    print_reply(stdout, t->dialect, peer_data(t->cur) + 4, len);
    take_frame(t, len);
}

/* ---- the end ---- */

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
    expect_end(t, "the connection to be closed");
    if (t->cur->end == RESET) {
        fail(t, "expected an orderly end (EOF), but the connection was reset");
    }
}

static void do_expect_closed(struct talk *t, char **args)
{
    (void)args;
    expect_end(t, "the connection to be closed without a reply");
}

static void do_expect_silence(struct talk *t, char **args)
{
    struct peer *p = current(t);
    if (peer_hears(p, word_to_number(args[0]))) {
        fail(t, "%s",
             peer_unread(p) ? "expected silence, but bytes came"
                            : "expected silence, but the connection was ended");
    }
}

/* ---- which dialect is it? ---- */

enum {
    LONG_BODY = 1000, /* more is not a header but text: wait for a byte */
    MORE_MS = 500
};

/* Takes one reply, or what arrives of it. Does not complain if nothing does.
 * Returns how many bytes that is. */
static size_t overheard(struct talk *t)
{
    struct peer *p = current(t);
    if (peer_need(p, 4, t->timeout)) {
        uint32_t body = u32_at(peer_data(p));
        peer_need(p, body > LONG_BODY ? 5 : 4 + (size_t)body, MORE_MS);
    }
    return peer_unread(p);
}

/* Did exactly these bytes come? */
static bool came(const struct talk *t, const char *bytes, size_t len)
{
    return peer_unread(t->cur) == len &&
           memcmp(peer_data(t->cur), bytes, len) == 0;
}

/* Does an array have the tag 4, as in the book's older edition? */
static bool is_older(struct talk *t)
{
    peer_consume(t->cur, peer_unread(t->cur));
    put(t, "\x0c\0\0\0\1\0\0\0\4\0\0\0keys", 16);
    return overheard(t) >= 9 && peer_data(t->cur)[4] == 4;
}

/* One request that every stage answers differently. */
static void do_detect(struct talk *t, char **args)
{
    static const char request[] =
        "\x1b\0\0\0\2\0\0\0\3\0\0\0get\x0c\0\0\0\1no-such-key";
    const char *answer = "unknown";
    (void)args;
    put(t, request, sizeof request - 1);
    overheard(t);
    if (came(t, request, sizeof request - 1)) {
        answer = "echo";
    } else if (came(t, "\5\0\0\0world", 9)) {
        answer = "world";
    } else if (came(t, "\4\0\0\0\2\0\0\0", 8)) {
        answer = "status";
    } else if (came(t, "\1\0\0\0\0", 5)) {
        answer = is_older(t) ? "tlv-older" : "tlv";
    } else if (came(t, "world", 5)) {
        answer = "raw";
    }
    puts(answer);
}

const struct word words_expect[] = {
    {"expect", 1, do_expect},
    {"expect-hex", 1, do_expect_hex},
    {"expect-frame", 1, do_expect_frame},
    {"expect-frame-of", 2, do_expect_frame_of},
    {"begins", 0, do_begins},
    {"skip", 1, do_skip},
    {"drain", 0, do_drain},
    {"expect-eof", 0, do_expect_eof},
    {"expect-closed", 0, do_expect_closed},
    {"expect-silence", 1, do_expect_silence},
    {"reply", 0, do_reply},
    {"print", 0, do_print},
    {"detect", 0, do_detect},
    {NULL, 0, NULL},
};
