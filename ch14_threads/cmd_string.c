/*
 * Commands for keys whose value is a string.
 */
#include "command.h"
#include "keyspace.h"
#include "reply.h"

/* get key */
void cmd_get(struct call *call)
{
    const struct entry *e = keyspace_find(call->ks, call->args[1]);

    if (e && e->type != ENTRY_STR)
        reply_err(&call->reply, ERR_BAD_TYP, "not a string value");
    else if (e)
        reply_str(&call->reply, entry_str(e));
    else
        reply_nil(&call->reply);
}

/* set key value */
void cmd_set(struct call *call)
{
    struct entry *e = keyspace_find(call->ks, call->args[1]);

    if (e && e->type != ENTRY_STR) {
        reply_err(&call->reply, ERR_BAD_TYP, "a non-string value exists");
        return;
    }
    if (!e)
        e = keyspace_add(call->ks, call->args[1]);
    entry_set_str(e, call->args[2]);
    reply_nil(&call->reply);
}
