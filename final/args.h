/*
 * args: a command's arguments as words, numbers and values.
 *
 * What is wrong with one is replied, and the function returns false.
 */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "glob.h"

/* Does args[i] say that word, in any case of letters? It may be missing. */
bool arg_is(const struct call *call, size_t i, const char *word);

/* Which of the words, up to a NULL, does it say? -1: none. */
int arg_choice(const struct call *call, size_t i, const char *const words[]);

bool arg_int(struct call *call, size_t i, int64_t *value);

/* The same where the least is min, and the error one of its own. */
bool arg_int_from(struct call *call, size_t i, int64_t min, const char *error,
                  int64_t *value);

/* A time in milliseconds, or what else how (see how.h) says, as the loop
 * counts it; 0 if it is past. positive: must the number be above zero? */
bool arg_time(struct call *call, size_t i, int how, bool positive,
              uint64_t *at);

/* The number of a database. */
bool arg_db(struct call *call, size_t i, size_t *db);

enum { ARG_MAX_TEXT = 1024 };

/* A name of at most ARG_MAX_TEXT bytes, without blanks and the like: replaces
 * *text, which is NULL or in memory of its own; nothing becomes NULL. what: for
 * the error. */
bool arg_text(struct call *call, size_t i, const char *what, char **text);

/* A pattern for names: an argument, or made of one. */
bool arg_glob(struct call *call, struct slice pattern, struct glob *g);

/* The entry of the key args[i], in *e, or NULL there where there is no such
 * key. One with a value of the other type is wrong. For a command that reads
 * values it counts as a hit or a miss. */
bool arg_str(struct call *call, size_t i, struct entry **e);
bool arg_zset(struct call *call, size_t i, struct entry **e);

#endif
