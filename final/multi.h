/*
 * multi: transactions: commands that are queued, and run with nothing in
 * between, unless a watched key has changed in the meantime.
 *
 * One thread runs all commands, so running the queue in one go is all that it
 * takes to keep others out.
 */
#ifndef MULTI_H
#define MULTI_H

#include <stdbool.h>

#include "command.h"
#include "session.h"

/* Begins a transaction: from here on commands are queued. */
void multi_open(struct session *s);

bool multi_is_open(const struct session *s);

/* Notes that a command could not be queued: EXEC will refuse. Does nothing
 * outside a transaction. */
void multi_fail(struct session *s);

/* EXEC itself was wrong: forgets the queue and the watches, and replies why. */
void multi_abort(struct call *call, const char *error);

/* Queues a request, and replies QUEUED. */
void multi_queue(struct call *call, const struct command *cmd);

/* Has EXEC fail if the key changes from now on. */
void multi_watch(struct call *call, struct slice key);

/* Runs the queue of the open transaction, if it may, and forgets it. Replies
 * with what its commands reply. */
void multi_exec(struct call *call);

/* Forgets the queue and what is watched. */
void multi_free(struct session *s);

#endif
