/*
 * What a word sends is made as bytes first, and then handed over to put().
 */
#include "words_send.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "connections.h"
#include "die.h"
#include "escapes.h"
#include "sending.h"
#include "sockets.h"
#include "wire.h"

/* ---- connections ---- */

static void do_open(struct talk *t, char **args)
{
    (void)args;
    current(t);
}

static void do_close(struct talk *t, char **args)
{
    (void)args;
    current(t);
    forget_current(t, false);
}

static void do_rst(struct talk *t, char **args)
{
    (void)args;
    current(t);
    forget_current(t, true);
}

static void do_half_close(struct talk *t, char **args)
{
    struct peer *p = current(t);
    (void)args;
    p->last = true;
    if (p->out.len == 0) {
        shutdown(p->fd, SHUT_WR);
    }
}

static void do_rcvbuf(struct talk *t, char **args)
{
    t->rcvbuf = (int)word_to_number(args[0]);
}

static void do_reading(struct talk *t, char **args)
{
    current(t)->reading = strcmp(args[0], "on") == 0;
    if (!t->cur->reading && strcmp(args[0], "off") != 0) {
        wrong("reading on or off, not %s", args[0]);
    }
}

static void do_expect_refused(struct talk *t, char **args)
{
    (void)args;
    if (connect_within(t->address, t->port, 0, t->timeout) >= 0) {
        fail(t,
             "expected nobody to listen on port %u, but the connection was "
             "accepted",
             t->port);
    }
}

/* ---- sending ---- */

static void do_send(struct talk *t, char **args)
{
    struct bytes b = word_to_bytes(args[0]);
    put_and_free(t, &b);
}

static void do_send_hex(struct talk *t, char **args)
{
    struct bytes b = hex_to_bytes(args[0]);
    put_and_free(t, &b);
}

static void do_fill(struct talk *t, char **args)
{
    struct bytes b = words_to_filling(args);
    put_and_free(t, &b);
}

static void do_frame(struct talk *t, char **args)
{
    struct bytes body = word_to_bytes(args[0]);
    put_body(t, &body);
}

static void do_frame_of(struct talk *t, char **args)
{
    struct bytes body = words_to_filling(args);
    put_body(t, &body);
}

static void do_echo(struct talk *t, char **args)
{
    struct bytes body = {0};
    (void)args;
    bytes_add(&body, t->asked.at, t->asked.len);
    put_body(t, &body);
}

static void do_header(struct talk *t, char **args)
{
    struct bytes b = {0};
    put_u32(&b, (uint32_t)word_to_number(args[0]));
    put_and_free(t, &b);
}

static void do_header_be(struct talk *t, char **args)
{
    size_t n = word_to_number(args[0]);
    char be[4] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
    put(t, be, 4);
}

/* ---- how the next thing is sent ---- */

static void do_split(struct talk *t, char **args)
{
    static char kept[256];
    snprintf(kept, sizeof kept, "%s", args[0]);
    t->split = kept;
}

static void do_all_but(struct talk *t, char **args)
{
    t->keep_back = word_to_number(args[0]);
}

static void do_rest(struct talk *t, char **args)
{
    (void)args;
    put_and_free(t, &t->kept);
}

static void do_pace(struct talk *t, char **args)
{
    t->pace = word_to_number(args[0]);
}

const struct word words_send[] = {
    {"open", 0, do_open},
    {"close", 0, do_close},
    {"rst", 0, do_rst},
    {"half-close", 0, do_half_close},
    {"rcvbuf", 1, do_rcvbuf},
    {"reading", 1, do_reading},
    {"expect-refused", 0, do_expect_refused},
    {"send", 1, do_send},
    {"send-hex", 1, do_send_hex},
    {"fill", 2, do_fill},
    {"frame", 1, do_frame},
    {"frame-of", 2, do_frame_of},
    {"echo", 0, do_echo},
    {"header", 1, do_header},
    {"header-be", 1, do_header_be},
    {"split", 1, do_split},
    {"all-but", 1, do_all_but},
    {"rest", 0, do_rest},
    {"pace", 1, do_pace},
    {NULL, 0, NULL},
};
