/*
 * Commands for keys, whatever their value.
 */
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "reply.h"

/* del key ..., unlink key ...: large sets are left to the pool, by both */
void cmd_del(struct call *call)
{
    int64_t n = 0;

    for (size_t i = 1; i < call->nargs; i++)
        n += keyspace_del(call->ks, call->args[i]);
    reply_int(&call->reply, n);
}

/* exists key ..., touch key ...: the same, for no time of last use is kept */
void cmd_exists(struct call *call)
{
    int64_t n = 0;

    for (size_t i = 1; i < call->nargs; i++)
        n += keyspace_read(call->ks, call->args[i]) != NULL;
    reply_int(&call->reply, n);
}

/* type key */
void cmd_type(struct call *call)
{
    const struct entry *e = keyspace_read(call->ks, call->args[1]);

    reply_status(&call->reply, e ? entry_type_name(e) : "none");
}
