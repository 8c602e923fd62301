/*
 * args: a command's arguments as words, numbers and values.
 *
 * If one is wrong, the function replies with the error and returns false.
 */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "glob.h"

/* Returns whether args[i] is that word, in upper or lower case. There may be no
 * args[i]. */
bool arg_is(const struct call *call, size_t i, const char *word);

/* Returns which of the words, up to a NULL, it is; or -1. */
int arg_choice(const struct call *call, size_t i, const char *const words[]);

bool arg_int(struct call *call, size_t i, int64_t *value);

/* The same for a number of at least min, with that error otherwise. */
bool arg_int_from(struct call *call, size_t i, int64_t min, const char *error,
                  int64_t *value);

/* Reads a time in milliseconds, or as how says (see how.h), and stores it as
 * the loop counts time; 0 if it is past. positive: the number must be above
 * zero. */
bool arg_time(struct call *call, size_t i, int how, bool positive,
              uint64_t *at);

/* Reads the number of a database. */
bool arg_db(struct call *call, size_t i, size_t *db);

enum { ARG_MAX_TEXT = 1024 };

/* Reads a name of at most ARG_MAX_TEXT printable bytes without blanks. Replaces
 * *text, which must be NULL or malloc()'d; an empty name becomes NULL. what is
 * its name in the error. */
bool arg_text(struct call *call, size_t i, const char *what, char **text);

/* Compiles a pattern for names: an argument, or made from one. */
bool arg_glob(struct call *call, struct slice pattern, struct glob *g);

/* Store the entry of the key args[i] in *e, or NULL if there is no such key. A
 * value of another type is an error. For a command that reads values, a hit or
 * a miss is counted. */
bool arg_str(struct call *call, size_t i, struct entry **e);
bool arg_zset(struct call *call, size_t i, struct entry **e);

#endif
