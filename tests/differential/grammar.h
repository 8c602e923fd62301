/*
 * grammar: makes up commands: mostly valid ones, by the forms in a table, and some that are spoilt.
 */
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include "command.h"
#include "random.h"

struct generator {
    struct random random;
    const char *themes;     /* the ones wanted, with commas between; "": all */
    int client;             /* whose turn it is */
    bool in_multi[CLIENTS]; /* as far as the generator knows */
    int watcher;            /* has said WATCH, and will say MULTI after until_multi commands */
    size_t until_multi;     /* 0: nobody has */
};

/* The next command of the stream. */
struct command *grammar_next(struct generator *g);

/* Ends the program if a theme does not exist. */
void grammar_check_themes(const char *themes);

#endif
