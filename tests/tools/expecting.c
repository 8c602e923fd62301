/*
 * The functions why_...() know the mistakes that learners make with frames, and
 * by which bytes each of them shows.
 */
#include "expecting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "connections.h"
#include "wire.h"

enum {
    MOST_BODY = 64 << 20, /* a longer one is a mistake in the header */
    MOST_SHOWN = 300      /* a body of less than that is shown as a value */
};

/* Are they equal? Where len is 0, a and b may be NULL. */
static bool same_bytes(const char *a, const char *b, size_t len)
{
    return len == 0 || memcmp(a, b, len) == 0;
}

/* ---- bytes ---- */

void expect_bytes(struct talk *t, const char *want, size_t len)
{
    struct peer *p = current(t);
    bool there = peer_need(p, len, t->timeout);
    size_t have = peer_unread(p) < len ? peer_unread(p) : len;
    if (!there || !same_bytes(peer_data(p), want, len)) {
        size_t same = 0;
        while (same < have && peer_data(p)[same] == want[same]) {
            same++;
        }
        complain("%s byte %zu on",
                 there || same < have ? "not what was expected, from"
                                      : "too few bytes came: nothing from",
                 same + 1);
        tape_show_bytes(stderr, "expected", want, len);
        give_up(t);
    }
    peer_consume(p, len);
}

/* ---- frames ---- */

static bool printable(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (p[i] < 32 || p[i] > 126) {
            return false;
        }
    }
    return true;
}

static const char *why_no_header(const struct peer *p)
{
    if (p->end == RESET) {
        return "the connection was reset instead of a reply";
    } else if (p->end == ENDED) {
        return peer_unread(p) ? "the connection ended inside the reply's header"
                              : "the connection was closed instead of a reply";
    } else if (peer_unread(p)) {
        return "only a part of a reply's header came";
    }
    return "no reply came: the server still waits for bytes, or waits for "
           "someone else";
}

static const char *why_bad_length(const char *h)
{
    if (h[0] == 0 && h[1] == 0 && (h[2] || h[3])) {
        return "the reply's length is written big-endian";
    } else if (printable(h, 4)) {
        return "the reply has no 4-byte header: these bytes are text";
    }
    return "the reply's header holds a senseless length";
}

static const char *why_no_body(const struct peer *p, uint32_t len)
{
    size_t have = peer_unread(p) - 4;
    if (have + 4 == len) {
        return "the reply's length counts its own 4 header bytes too";
    } else if (p->end != OPEN) {
        return "the connection ended inside a reply";
    } else if (have == 0) {
        return "a header came, and no body after it";
    }
    return "the reply stopped in the middle: the rest of it never came (lost "
           "partial write?)";
}

void await_byte(struct talk *t)
{
    struct peer *p = current(t);
    if (!peer_need(p, 1, t->timeout)) {
        fail(t, "%s", why_no_header(p));
    }
}

uint32_t await_frame(struct talk *t)
{
    struct peer *p = current(t);
    if (!peer_need(p, 4, t->timeout)) {
        if (peer_unread(p) && printable(peer_data(p), peer_unread(p))) {
            fail(t, "the reply has no 4-byte header: these bytes are text");
        }
        fail(t, "%s", why_no_header(p));
    }
    uint32_t len = u32_at(peer_data(p));
    if (len > MOST_BODY) {
        fail(t, "%s (%" PRIu32 ")", why_bad_length(peer_data(p)), len);
    }
    if (!peer_need(p, 4 + (size_t)len, t->timeout)) {
        fail(t, "%s (length %" PRIu32 ", %zu bytes after it)",
             why_no_body(p, len), len, peer_unread(p) - 4);
    }
    return len;
}

void take_frame(struct talk *t, uint32_t len)
{
    peer_consume(t->cur, 4 + (size_t)len);
}

/* ---- replies ---- */

void show_body(const struct talk *t, const char *title, const char *body,
               size_t len)
{
    tape_show_bytes(stderr, title, body, len);
    if (len < MOST_SHOWN) {
        fputs("    = ", stderr);
        print_reply(stderr, t->dialect, body, len);
    }
}

static bool same_body(const struct bytes *want, const char *got, size_t len)
{
    return want->len == len && same_bytes(want->at, got, len);
}

bool is_too_long(const struct talk *t, size_t want, const char *got, size_t len)
{
    return want > t->most && is_error(t->dialect, got, len, 2);
}

void expect_either(struct talk *t, struct bytes *want, struct bytes *other)
{
    uint32_t len = await_frame(t);
    const char *got = peer_data(t->cur) + 4;
    if (!same_body(want, got, len) && !(other && same_body(other, got, len)) &&
        !is_too_long(t, want->len, got, len)) {
        complain("the reply is not the expected one");
        show_body(t, "expected a reply with the body", want->at, want->len);
        if (other) {
            show_body(t, "or", other->at, other->len);
        }
        show_body(t, "got a reply with the body", got, len);
        give_up(t);
    }
    take_frame(t, len);
    bytes_free(want);
    if (other) {
        bytes_free(other);
    }
}

void expect_body(struct talk *t, struct bytes *want)
{
    expect_either(t, want, NULL);
}

void expect_stored(struct talk *t)
{
    struct bytes want = {0};
    put_stored(&want, t->dialect);
    expect_body(t, &want);
}

void expect_error(struct talk *t, uint32_t code)
{
    uint32_t len = await_frame(t);
    const char *got = peer_data(t->cur) + 4;
    if (!is_error(t->dialect, got, len, code)) {
        complain("expected an error with the code %" PRIu32
                 ", whatever its text is",
                 code);
        show_body(t, "got a reply with the body", got, len);
        give_up(t);
    }
    take_frame(t, len);
}

/* ---- the end ---- */

void expect_end(struct talk *t, const char *what)
{
    struct peer *p = current(t);
    if (!peer_hears(p, t->timeout)) {
        fail(t, "expected %s, but the connection is still open after %zu ms",
             what, t->timeout);
    } else if (peer_unread(p)) {
        fail(t, "expected %s, but bytes came", what);
    }
}

void expect_raw_reply(struct talk *t)
{
    expect_bytes(t, "world", 5);
    expect_end(t, "the connection to be closed after the 5 bytes `world`");
}
