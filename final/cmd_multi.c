/*
 * Commands for transactions. Here is what each allows and replies; queue and
 * watches are in multi.c, and queueing itself is in dispatch.c.
 */
#include "command.h"
#include "commands.h"
#include "conn.h"
#include "multi.h"
#include "reply.h"

/* multi */
void cmd_multi(struct call *call)
{
    struct session *session = &call->conn->session;

    if (multi_is_open(session)) {
        reply_error(&call->reply, "ERR MULTI calls can not be nested");
        return;
    }
    multi_open(session);
    reply_ok(&call->reply);
}

/* discard */
void cmd_discard(struct call *call)
{
    if (!multi_is_open(&call->conn->session)) {
        reply_error(&call->reply, "ERR DISCARD without MULTI");
        return;
    }
    multi_free(&call->conn->session);
    reply_ok(&call->reply);
}

/* exec */
void cmd_exec(struct call *call)
{
    if (multi_is_open(&call->conn->session))
        multi_exec(call);
    else
        reply_error(&call->reply, "ERR EXEC without MULTI");
}

/* watch key ... */
void cmd_watch(struct call *call)
{
    if (multi_is_open(&call->conn->session)) {
        reply_error(&call->reply, "ERR WATCH inside MULTI is not allowed");
        return;
    }
    for (size_t i = 1; i < call->nargs && !call->conn->want_close; i++)
        multi_watch(call, call->args[i]);
    reply_ok(&call->reply);
}

/* unwatch */
void cmd_unwatch(struct call *call)
{
    if (!call->in_exec)
        multi_free(&call->conn->session);
    reply_ok(&call->reply);
}
