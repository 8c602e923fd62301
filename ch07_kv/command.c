#include "command.h"

#include <string.h>

#include "reply.h"

struct command {
    const char *name;
    size_t nargs; /* the name is one of them */
    void (*run)(struct call *call);
};

static const struct command commands[] = {
    {"get", 2, cmd_get},
    {"set", 3, cmd_set},
    {"del", 2, cmd_del},
};

enum { NCOMMANDS = sizeof commands / sizeof commands[0] };

static const struct command *find(const struct call *call)
{
    for (size_t i = 0; i < NCOMMANDS && call->nargs > 0; i++) {
        const struct command *cmd = &commands[i];
        if (cmd->nargs == call->nargs &&
            strlen(cmd->name) == call->args[0].len &&
            memcmp(cmd->name, call->args[0].data, call->args[0].len) == 0)
            return cmd;
    }
    return NULL;
}

void command_run(struct call *call)
{
    const struct command *cmd = find(call);

    if (cmd)
        cmd->run(call);
    else
        reply_status(call->out, REPLY_ERR);
}
