/*
 * command: what one client sends: words of any bytes.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "../tools/bytes.h"

/* Which client sends it: they take turns, and wait for the earlier replies. */
enum { CLIENTS = 3 };

struct command {
    int client;
    size_t nwords;
    struct bytes *words; /* words[0] is the name */
};

struct command *command_new(int client);
struct command *command_copy(const struct command *c);
void command_free(struct command *c);

/* All of them, and the array. */
void commands_free(struct command **list, size_t n);

void command_add(struct command *c, const void *data, size_t len);
void command_add_text(struct command *c, const char *text);

/* Takes word i out, for the caller to put elsewhere or to free. */
struct bytes command_take(struct command *c, size_t i);

/* Is word i that text, in any case of letters? */
bool command_word_is(const struct command *c, size_t i, const char *text);

/* The bytes that a client sends, appended. */
void command_encode(const struct command *c, struct bytes *to);

/* A line to be typed into redis-cli. */
void command_print(FILE *to, const struct command *c);

#endif
