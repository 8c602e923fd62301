/*
 * commands: the table, and the functions behind it.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "command.h"
#include "how.h"

#define ROW(name, arity, run, ...) void run(struct call *call);
#include "command_rows.h"
#undef ROW

/* The i-th row, or NULL. */
const struct command *command_at(size_t i);

#endif
