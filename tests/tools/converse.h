/*
 * converse.h: what the words of a script are made of: opening connections,
 * sending in pieces, and waiting for bytes, for a reply or for the end.
 */
#ifndef CONVERSE_H
#define CONVERSE_H

#include "script.h"

/* ---- connections ---- */

static int open_socket(struct talk *t)
{
    int fd = t->listener >= 0 ? accept_within(t->listener, t->timeout)
                              : connect_to(t->address, t->port, t->rcvbuf, t->timeout);
    if (fd < 0 && t->listener >= 0) {
        fail(t, "no client connected within %zu ms", t->timeout);
    } else if (fd < 0) {
        fail(t, "connecting to %s:%u failed: %s", t->address, t->port, strerror(errno));
    }
    return fd;
}

static struct peer *peer_named(const struct talk *t, const char *name)
{
    for (size_t i = t->npeers; i > 0; i--) {
        if (strcmp(t->peers[i - 1]->name, name) == 0) {
            return t->peers[i - 1];
        }
    }
    return NULL;
}

static struct peer *open_peer(struct talk *t, const char *name)
{
    struct peer *p = calloc(1, sizeof *p);
    struct peer **peers = realloc(t->peers, (t->npeers + 1) * sizeof(struct peer *));
    if (!p || !peers || strlen(name) >= sizeof p->name) {
        wrong("cannot open a connection named %s", name);
        return NULL;
    }
    t->peers = peers;
    t->peers[t->npeers++] = p;
    strcpy(p->name, name);
    p->reading = true;
    t->cur = p;
    p->fd = open_socket(t);
    return p;
}

/* The connection that words work on. */
static struct peer *current(struct talk *t)
{
    return t->cur ? t->cur : open_peer(t, "");
}

static void forget_peer(struct talk *t, bool reset)
{
    struct peer *p = t->cur;
    if (reset) {
        reset_now(p->fd);
    } else {
        close(p->fd);
    }
    for (size_t i = 0; i < t->npeers; i++) {
        if (t->peers[i] == p) {
            t->peers[i] = t->peers[--t->npeers];
            break;
        }
    }
    bytes_free(&p->in);
    bytes_free(&p->out);
    free(p);
    t->cur = NULL;
}

/* ---- sending ---- */

/* The length of the next piece of *split, which moves on; 0 when it is done. */
static size_t next_piece(const char **split)
{
    char *end;
    if (!*split || !**split) {
        return 0;
    }
    size_t n = strtoull(*split, &end, 10);
    if (n == 0 || (*end && *end != ',' && *end != '*')) {
        wrong("split wants lengths like 1,3 or 1*, not %s", *split);
    }
    if (*end != '*') {
        *split = *end ? end + 1 : end;
    }
    return n;
}

/* Sending gives up if nothing moves for this long. If many messages stand for
 * one, they may get stuck because nobody reads: the rest goes out later. */
static bool may_get_stuck(const struct talk *t, const struct peer *p)
{
    return t->most < SIZE_MAX && !p->reading;
}

static void put(struct talk *t, const void *data, size_t len)
{
    if (t->join) {
        bytes_add(t->join, data, len);
        return;
    }
    struct peer *p = current(t);
    const unsigned char *at = data;
    const char *split = t->split;
    t->split = NULL;
    if (t->keep_back) {
        size_t n = t->keep_back < len ? t->keep_back : len;
        bytes_add(&t->kept, at + len - n, n);
        t->keep_back = 0;
        len -= n;
    }
    while (len > 0) {
        size_t n = next_piece(&split);
        n = n == 0 || n > len ? len : n;
        bytes_add(&p->out, at, n);
        if (!peer_flush(p, may_get_stuck(t, p) ? 200 : t->timeout) && !may_get_stuck(t, p)) {
            fail(t, "nobody takes the bytes: sending made no progress for %zu ms", t->timeout);
        }
        at += n;
        len -= n;
        if (len > 0) {
            pause_ms(t->pace);
        }
    }
}

static void put_and_free(struct talk *t, struct bytes *b)
{
    put(t, b->at, b->len);
    bytes_free(b);
}

static void put_body(struct talk *t, struct bytes *body)
{
    struct bytes frame = {0};
    put_frame(&frame, body);
    bytes_free(body);
    put_and_free(t, &frame);
}

/* ---- expecting ---- */

static void expect_bytes(struct talk *t, const unsigned char *want, size_t len)
{
    struct peer *p = current(t);
    bool there = peer_need(p, len, t->timeout);
    size_t have = peer_unread(p) < len ? peer_unread(p) : len;
    if (!there || memcmp(peer_data(p), want, len) != 0) {
        size_t same = 0;
        while (same < have && peer_data(p)[same] == want[same]) {
            same++;
        }
        complain("%s byte %zu on", there || same < have ? "not what was expected, from"
                                                        : "too few bytes came: nothing from",
                 same + 1);
        show_bytes(stderr, "expected", want, len);
        give_up(t);
    }
    peer_consume(p, len);
}

static bool printable(const unsigned char *p, size_t len)
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
    return "no reply came: the server still waits for bytes, or waits for someone else";
}

/* The learner's mistake that a header's four bytes give away, or NULL. */
static const char *why_bad_length(const unsigned char *h)
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
    return "the reply stopped in the middle: the rest of it never came (lost partial write?)";
}

/* One reply frame; its body stays unread at peer_data() + 4. */
static uint32_t await_frame(struct talk *t)
{
    struct peer *p = current(t);
    if (!peer_need(p, 4, t->timeout)) {
        if (peer_unread(p) && printable(peer_data(p), peer_unread(p))) {
            fail(t, "%s", "the reply has no 4-byte header: these bytes are text");
        }
        fail(t, "%s", why_no_header(p));
    }
    uint32_t len = u32_at(peer_data(p));
    if (len > (64u << 20)) {
        fail(t, "%s (%" PRIu32 ")", why_bad_length(peer_data(p)), len);
    }
    if (!peer_need(p, 4 + (size_t)len, t->timeout)) {
        fail(t, "%s (length %" PRIu32 ", %zu bytes after it)", why_no_body(p, len), len,
             peer_unread(p) - 4);
    }
    return len;
}

static void show_body(const struct talk *t, const char *title,
                      const unsigned char *body, size_t len)
{
    show_bytes(stderr, title, body, len);
    if (len < 300) {
        fputs("    = ", stderr);
        print_reply(stderr, t->dialect, body, len);
    }
}

static bool same_body(const struct bytes *want, const unsigned char *got, size_t len)
{
    return want->len == len && (len == 0 || memcmp(want->at, got, len) == 0);
}

/* Is it an error with this code? Its text is for people. */
static bool is_error(const struct talk *t, const unsigned char *p, size_t len, uint32_t code)
{
    if (t->dialect == STATUS) {
        return len >= 4 && u32_at(p) == code;
    }
    return len >= 9 && p[0] == TAG_ERR && u32_at(p + 1) == code && u32_at(p + 5) == len - 9;
}

/* If messages must be short, a long reply may be the error that says so. */
static bool is_too_long(const struct talk *t, size_t want, const unsigned char *got, size_t len)
{
    return want > t->most && is_error(t, got, len, 2);
}

/* One reply whose body is want, or other when that is not NULL. Frees both. */
static void expect_either(struct talk *t, struct bytes *want, struct bytes *other)
{
    uint32_t len = await_frame(t);
    const unsigned char *got = peer_data(t->cur) + 4;
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
    peer_consume(t->cur, 4 + (size_t)len);
    bytes_free(want);
    if (other) {
        bytes_free(other);
    }
}

static void expect_body(struct talk *t, struct bytes *want)
{
    expect_either(t, want, NULL);
}

/* The end of the connection, with nothing unread before it. */
static void await_end(struct talk *t, const char *what)
{
    struct peer *p = current(t);
    if (!peer_hears(p, t->timeout)) {
        fail(t, "expected %s, but the connection is still open after %zu ms", what, t->timeout);
    } else if (peer_unread(p)) {
        fail(t, "expected %s, but bytes came", what);
    }
}

/* ---- arguments of several words ---- */

/* N bytes of the character (or escape) C. */
static struct bytes filled(char **args)
{
    struct bytes b = {0};
    const char *c = args[1];
    size_t count = word_to_number(args[0]);
    unsigned char value = one_char(&c);
    if (*c) {
        wrong("one character wanted, not %s", args[1]);
    }
    bytes_fill(&b, count, value);
    return b;
}

static void put_err(struct bytes *to, const char *code, const char *text)
{
    struct bytes b = word_to_bytes(text);
    put_tag(to, TAG_ERR);
    bytes_add_u32(to, (uint32_t)word_to_number(code));
    put_string(to, b.at, b.len);
    bytes_free(&b);
}

#endif
