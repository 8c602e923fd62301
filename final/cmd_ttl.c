/*
 * Commands for the time that keys have left.
 */
#include "command.h"
#include "keyspace.h"
#include "reply.h"
#include "ttl.h"

/* pexpire key ms [nx|xx|gt|lt] */
void cmd_pexpire(struct call *call)
{
    ttl_expire(call, 1, false);
}

/* pttl key: the milliseconds left; -1 without a limit, -2 without the key. */
void cmd_pttl(struct call *call)
{
    ttl_reply(call, (int64_t)call->ks->now_ms, 1);
}
