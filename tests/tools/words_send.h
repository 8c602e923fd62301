/*
 * words_send.h: the words that open, send and close. A word is a function that
 * gets the words after its own as arguments.
 */
#ifndef WORDS_SEND_H
#define WORDS_SEND_H

#include "converse.h"

static void do_open(struct talk *t, char **args)
{
    (void)args;
    current(t);
}

static void do_close(struct talk *t, char **args)
{
    (void)args;
    current(t);
    forget_peer(t, false);
}

static void do_rst(struct talk *t, char **args)
{
    (void)args;
    current(t);
    forget_peer(t, true);
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
    int fd = connect_to(t->address, t->port, 0, t->timeout);
    if (fd >= 0) {
        fail(t, "expected nobody to listen on port %u, but the connection was accepted", t->port);
    }
}

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
    struct bytes b = filled(args);
    put_and_free(t, &b);
}

static void do_frame(struct talk *t, char **args)
{
    struct bytes body = word_to_bytes(args[0]);
    put_body(t, &body);
}

static void do_frame_of(struct talk *t, char **args)
{
    struct bytes body = filled(args);
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
    bytes_add_u32(&b, (uint32_t)word_to_number(args[0]));
    put_and_free(t, &b);
}

static void do_header_be(struct talk *t, char **args)
{
    size_t n = word_to_number(args[0]);
    unsigned char be[4] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16),
                           (unsigned char)(n >> 8), (unsigned char)n};
    put(t, be, 4);
}

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

#endif
