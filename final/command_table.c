/*
 * The table of all commands: each row of command_rows.h becomes an element. The
 * flags have short names here, so that a row fits in a line.
 */
#include "command.h"
#include "commands.h"

enum {
    READ = CMD_READ,
    WRITE = CMD_WRITE,
    FAST = CMD_FAST,
    ADMIN = CMD_ADMIN,
    BLOCK = CMD_BLOCKING,
    ANYBODY = CMD_NO_AUTH,
    NOW = CMD_NO_QUEUE,
    ALONE = CMD_NOT_MULTI,
    MOVE = CMD_KEYS_MOVE,
    WORDS = CMD_TWO_WORDS,
    READS = CMD_READS_TOO,
    SHORT = CMD_SHORT,
};

static const struct command commands[] = {
#define ROW(...) {__VA_ARGS__},
#include "command_rows.h"
#undef ROW
};

enum { NCOMMANDS = sizeof commands / sizeof commands[0] };

const struct command *command_at(size_t i)
{
    return i < NCOMMANDS ? &commands[i] : NULL;
}

/* For "client" and "config", which mean nothing without a second word. */
void cmd_two_words(struct call *call)
{
    reply_syntax_error(&call->reply);
}
