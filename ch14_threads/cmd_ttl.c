/*
 * Commands for the time that keys have left.
 */
#include "command.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"

/* pexpire key ms: a negative number takes the limit away. */
void cmd_pexpire(struct call *call)
{
    int64_t ttl_ms;

    if (!number_int(call->args[2], &ttl_ms)) {
        reply_err(&call->reply, ERR_BAD_ARG, "expect int64");
        return;
    }
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    if (e && ttl_ms < 0)
        keyspace_persist(call->ks, e);
    else if (e)
        keyspace_expire_at(call->ks, e, call->ks->now_ms + (uint64_t)ttl_ms);
    reply_int(&call->reply, e != NULL);
}

/* pttl key: the milliseconds left; -1 without a limit, -2 without the key. */
void cmd_pttl(struct call *call)
{
    const struct entry *e = keyspace_find(call->ks, call->args[1]);
    uint64_t at;

    if (!e)
        reply_int(&call->reply, -2);
    else if (!keyspace_expiry(call->ks, e, &at))
        reply_int(&call->reply, -1);
    else
        reply_int(&call->reply, (int64_t)(at - call->ks->now_ms));
}
