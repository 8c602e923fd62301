/*
 * commands: the table of all commands, and the functions behind it.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "command.h"
#include "how.h"

#define ROW(name, arity, run, ...) void run(struct call *call);
#include "command_rows.h"
#undef ROW

/* Returns the i-th row, or NULL behind the last one. */
const struct command *command_at(size_t i);

#endif
