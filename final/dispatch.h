/*
 * dispatch: finds the row that a request asks for, and refuses, queues or runs
 * it.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"

/* The row of a request, where nothing is wrong with it and one word is enough
 * to find it; else NULL. fold: names may be in any case of letters. */
const struct command *command_find(const struct slice *args, size_t nargs,
                                   bool fold);

/* Answers one request, whatever it says. call->cmd may be its row, as found;
 * or NULL. */
void command_run(struct call *call);

#endif
