/*
 * The same in other units, and as times of day.
 */
#include "clock.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "reply.h"
#include "ttl.h"

/* expire key seconds [nx|xx|gt|lt] */
void cmd_expire(struct call *call)
{
    ttl_expire(call, 1000, false);
}

/* pexpireat key ms [nx|xx|gt|lt] */
void cmd_pexpireat(struct call *call)
{
    ttl_expire(call, 1, true);
}

/* expireat key seconds [nx|xx|gt|lt] */
void cmd_expireat(struct call *call)
{
    ttl_expire(call, 1000, true);
}

/* ttl key: in seconds */
void cmd_ttl(struct call *call)
{
    ttl_reply(call, (int64_t)call->ks->now_ms, 1000);
}

/* pexpiretime key: when, in milliseconds since 1970 */
void cmd_pexpiretime(struct call *call)
{
    ttl_reply(call, -clock_wall_offset_ms(), 1);
}

/* expiretime key: in seconds */
void cmd_expiretime(struct call *call)
{
    ttl_reply(call, -clock_wall_offset_ms(), 1000);
}

/* persist key */
void cmd_persist(struct call *call)
{
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    uint64_t at;
    bool limited = e && keyspace_expiry(call->ks, e, &at);

    if (limited)
        keyspace_persist(call->ks, e);
    reply_int(&call->reply, limited);
}
