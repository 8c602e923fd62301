/*
 * Every command runs through command_call(), whoever asks for it: a client, the
 * queue of EXEC, or a blocked client that is tried again. So what each of them
 * needs (the database, the counters) is done once. A request that runs later is
 * one piece of memory: its struct, its slices, and the bytes they point to.
 */
#include "command.h"

#include <string.h>

#include "conn.h"
#include "mem.h"
#include "reply.h"
#include "server.h"

/* In RESP, a reply is begun only while less than CONN_MAX_OUT waits (batch.c),
 * and it may add max_output to that: the sum is the most that out can hold. */
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

/* The slices of a request point into the client's input, which will be gone. So
 * their bytes are copied, too, and the new slices point to the copies. */
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

/* The database is looked up for each command, because one before it in the same
 * transaction may have selected another (SELECT). */
void command_call(struct call *call, const struct command *cmd)
{
    call->cmd = cmd;
    call->server->ncommands++;
    if (call->conn) {
        call->conn->session.last_command = cmd->name;
        call->ks = &call->server->dbs[call->conn->session.db];
    }
    cmd->run(call);
    if (call->paused)
        call->server->ncommands--; /* it is counted when it ends */
}

/* On the binary protocol reply_end() makes a reply that is too big an error. In
 * RESP its beginning cannot be taken back, so the client is dropped. */
void command_end(struct call *call)
{
    reply_end(&call->reply);
    if (call->reply.too_big && call->conn)
        conn_drop(call->conn, "too much output waits for");
}
