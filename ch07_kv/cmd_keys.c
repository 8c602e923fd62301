/*
 * Commands for keys, whatever their value.
 */
#include "command.h"
#include "keyspace.h"
#include "reply.h"

/* del key */
void cmd_del(struct call *call)
{
    keyspace_del(call->ks, call->args[1]);
    reply_status(&call->reply, REPLY_OK);
}
