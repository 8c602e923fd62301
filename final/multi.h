/*
 * multi: transactions: commands that are queued, and run with nothing in
 * between; unless a watched key was changed meanwhile.
 *
 * There is one thread, so that a queue which is run in one go is all that it
 * takes. And watching needs no list of watchers for every key: an entry has a
 * version, new for every change, and EXEC compares.
 */
#ifndef MULTI_H
#define MULTI_H

#include <stdbool.h>

#include "command.h"
#include "session.h"

bool multi_is_open(const struct session *s);

/* A command could not be queued: EXEC will refuse. */
void multi_fail(struct session *s);

/* EXEC itself was wrong: forgets the queue, and replies why. */
void multi_abort(struct call *call, const char *error);

void multi_queue(struct call *call, const struct command *cmd);

/* Forgets the queue and what is watched. */
void multi_free(struct session *s);

#endif
