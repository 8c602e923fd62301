/*
 * script.h: a running script of talk: its words, how far it is, and how it
 * fails, which is with one report of what it should have done, what it sent and
 * what it received.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "dialect.h"
#include "peer.h"

struct talk {
    enum dialect dialect;
    const char *address;
    uint16_t port;
    int listener; /* -1: we are the client */
    size_t timeout;
    size_t pace;
    size_t most; /* body bytes of one message; SIZE_MAX: as many as wanted */
    int rcvbuf;
    struct peer **peers;
    size_t npeers;
    struct peer *cur;   /* NULL: the nameless one, not yet open */
    struct bytes *join; /* collects what is sent, inside join { } */
    const char *split;  /* pieces for the next send, or NULL */
    size_t keep_back;   /* this many bytes of the next send go to `kept` */
    struct bytes kept;
    struct bytes asked; /* the request that each-request is at */
    size_t counter;     /* %i */
    size_t flooded;     /* %n */
    char **prepared;
    size_t nprepared;
    int64_t clock;
    size_t holds;
    size_t step;     /* the word being done, for the report */
    size_t step_end; /* its last argument */
    char **words;    /* NULL behind the last one */
};

/* A word of a script, and the function that carries it out with the words
 * behind it, at most two, as arguments. A table ends with a nameless one. */
struct word {
    const char *name;
    int nargs;
    void (*act)(struct talk *t, char **args);
};

/* Returns a copy of a word with %i and %n replaced by their numbers, for the
 * caller to free. */
char *expanded(const struct talk *t, const char *word);

/* Returns the index of the bracket that closes the one at `from`. Ends the
 * program if there is no such pair. */
size_t closing(const struct talk *t, size_t from, const char *open,
               const char *close);

/* Fails: prints the message and the report, and exits with status 1. */
_Noreturn void fail(const struct talk *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The two halves of it, for what needs more than a line: first the headline;
 * then the caller shows what was expected; then the report and the exit. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void give_up(const struct talk *t);

#endif
