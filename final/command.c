/*
 * What a call begins with, what every command is run by, and a copy of a
 * request for those who run it later.
 */
#include "command.h"

#include <string.h>

#include "conn.h"
#include "mem.h"
#include "reply.h"
#include "server.h"

struct call command_of(struct server *s, struct conn *c)
{
    return (struct call){
        .server = s,
        .conn = c,
        .ks = &s->dbs[c->session.db],
        .reply =
            {
                .out = &c->out,
                .proto = c->session.proto,
                .most = (size_t)s->config.max_output + CONN_MAX_OUT,
                .nerrors = &s->nerrors,
            },
    };
}

struct saved *command_save(const struct call *call, const struct command *cmd)
{
    size_t at = sizeof(struct saved) + call->nargs * sizeof(struct slice);
    size_t size = at;

    for (size_t i = 0; i < call->nargs; i++)
        size += call->args[i].len;

    struct saved *s = mem_zalloc(1, size);
    s->cmd = cmd;
    s->size = size;
    s->nargs = call->nargs;
    for (size_t i = 0; i < call->nargs; i++) {
        uint8_t *copy = (uint8_t *)s + at;
        memcpy(copy, call->args[i].data, call->args[i].len);
        s->args[i] = (struct slice){.data = copy, .len = call->args[i].len};
        at += call->args[i].len;
    }
    return s;
}

void command_call(struct call *call, const struct command *cmd)
{
    call->cmd = cmd;
    call->server->ncommands++;
    if (call->conn) {
        call->conn->session.last_command = cmd->name;
        call->ks = &call->server->dbs[call->conn->session.db];
    }
    cmd->run(call);
}

void command_end(struct call *call)
{
    reply_end(&call->reply);
    if (call->reply.too_big && call->conn)
        conn_drop(call->conn, "too much output waits for");
}
