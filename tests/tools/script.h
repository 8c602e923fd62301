/*
 * script.h: the state of a running script, and how it fails: with one report of
 * what it should have done, what it sent and what it received.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "dialect.h"
#include "peer.h"

#include <inttypes.h>

struct talk {
    enum dialect dialect;
    const char *address;
    uint16_t port;
    int listener;           /* -1: we are the client */
    size_t timeout;
    size_t pace;
    size_t most;            /* body bytes of one message; SIZE_MAX: as many as wanted */
    int rcvbuf;
    struct peer **peers;
    size_t npeers;
    struct peer *cur;       /* NULL: the nameless one, not yet open */
    struct bytes *join;     /* collects what is sent, inside join { } */
    const char *split;      /* pieces for the next send, or NULL */
    size_t keep_back;       /* this many bytes of the next send go to `kept` */
    struct bytes kept;
    struct bytes asked;     /* the request that each-request is at */
    size_t counter;         /* %i */
    size_t flooded;         /* %n */
    char **prepared;
    size_t nprepared;
    int64_t clock;
    size_t holds;
    size_t step;            /* the word being done, for the report */
    size_t step_end;        /* its last argument */
    char **words;
};

static void show_step(const struct talk *t)
{
    fprintf(stderr, "  step %zu: %.60s", t->step + 1, t->words[t->step]);
    for (size_t i = t->step + 1; i <= t->step_end && i <= t->step + 8; i++) {
        fprintf(stderr, " %.60s", t->words[i]);
    }
    if (t->counter) {
        fprintf(stderr, "  (round %zu of a repeat)", t->counter);
    }
    if (t->cur && t->cur->name[0]) {
        fprintf(stderr, "  (connection @%s)", t->cur->name);
    }
    fputc('\n', stderr);
}

static void show_connection(const struct talk *t)
{
    static const char *const ends[] = {
        "still open", "closed by the other end (EOF)", "reset by the other end (RST)",
    };
    const struct peer *p = t->cur;
    if (p) {
        show_tape(stderr, "sent on this connection", &p->sent);
        if (p->out.len > p->out_pos) {
            fprintf(stderr, "    (and %zu bytes that nobody took)\n", p->out.len - p->out_pos);
        }
        show_tape(stderr, "came back on it", &p->got);
        fprintf(stderr, "  the connection is %s\n", ends[p->end]);
    }
}

static void headline(const char *format, va_list args)
{
    fflush(stdout);
    fputs("talk: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

/* First the headline, then what was expected, then give_up(). */
static void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    headline(format, args);
    va_end(args);
}

static void give_up(const struct talk *t)
{
    show_step(t);
    show_connection(t);
    exit(1);
}

static void fail(const struct talk *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    headline(format, args);
    va_end(args);
    give_up(t);
}

#endif
