/*
 * The table has a row for each command. command_run() looks for the row with
 * that name and number of arguments, and calls its function.
 */
#include "command.h"

#include <stdbool.h>

#include "reply.h"

struct command {
    const char *name;
    int arity; /* how many strings it takes, its name included; -n: n or more */
    void (*run)(struct call *call);
};

static const struct command commands[] = {
    {"get", 2, cmd_get},
    {"set", 3, cmd_set},
    {"del", 2, cmd_del},
    {"keys", 1, cmd_keys},
    {"inspect", -2, cmd_inspect},
    {"zadd", 4, cmd_zadd},
    {"zrem", 3, cmd_zrem},
    {"zscore", 3, cmd_zscore},
    {"zquery", 6, cmd_zquery},
};

enum { NCOMMANDS = sizeof commands / sizeof commands[0] };

static bool fits(int arity, size_t nargs)
{
    if (arity < 0)
        return nargs >= (size_t)-arity;
    return nargs == (size_t)arity;
}

static const struct command *find(const struct call *call)
{
    for (size_t i = 0; i < NCOMMANDS && call->nargs > 0; i++) {
        const struct command *cmd = &commands[i];
        if (slice_eq(slice_of(cmd->name), call->args[0]) &&
            fits(cmd->arity, call->nargs))
            return cmd;
    }
    return NULL;
}

void command_run(struct call *call)
{
    const struct command *cmd = find(call);

    reply_begin(&call->reply);
    if (cmd)
        cmd->run(call);
    else
        reply_err(&call->reply, ERR_UNKNOWN, "unknown command.");
    reply_end(&call->reply);
}
