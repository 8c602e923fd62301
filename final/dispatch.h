/*
 * dispatch: finds the row that a request asks for, and refuses, queues or runs
 * it.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"

/* Returns the row of a request, if nothing is wrong with it and its first word
 * alone tells the row; else NULL. fold: names may be in upper case, too. */
const struct command *command_find(const struct slice *args, size_t nargs,
                                   bool fold);

/* Answers one request, whatever it says. call->cmd must be its row, as
 * command_find() returned it, or NULL. */
void command_run(struct call *call);

#endif
