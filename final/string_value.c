#include "string_value.h"

#include "reply.h"

bool string_find(struct call *call, size_t i, struct entry **e)
{
    *e = keyspace_find(call->ks, call->args[i]);
    if (!*e || (*e)->type == ENTRY_STR)
        return true;
    if (call->reply.proto == PROTO_BINARY)
        reply_err(&call->reply, ERR_BAD_TYP, "not a string value");
    else
        reply_wrong_type(&call->reply);
    return false;
}

void string_reply(struct call *call, const struct entry *e)
{
    if (e)
        reply_str(&call->reply, entry_str(e));
    else
        reply_nil(&call->reply);
}
