/*
 * mutations: the small mistakes that can be made in a C file, one at a time.
 *
 * In the bodies of functions, and nowhere else:
 * - a comparison flipped (< and <=, > and >=, == and !=), && and ||, + and -;
 * - a number one more or one less, a sizeof one less;
 * - a statement dropped; an if dropped that only leaves the way it is on;
 * - the condition of an if or while negated;
 * - true for false returned, and false for true.
 * Left alone: what is logged (fprintf to stderr, die), and assert().
 */
#ifndef MUTATIONS_H
#define MUTATIONS_H

#include "source.h"

struct mutation {
    const char *function;
    int line;
    size_t at; /* this much of the text ... */
    size_t len;
    char *text; /* ... becomes this */
    /* The lines that it is in, before and after, without comments and with
     * single blanks. With the function's name that tells what is meant,
     * wherever in the file it stands. */
    char *original;
    char *replacement;
};

struct mutations {
    struct mutation *list;
    size_t n;
};

void mutations_find(struct mutations *m, const struct source *s);

/* Is there one in the same function with the same lines, before and after? */
bool mutations_have(const struct mutations *m, const struct mutation *one);

#endif
