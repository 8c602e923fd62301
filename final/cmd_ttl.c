/*
 * Commands for the time that keys have left.
 */
#include "args.h"
#include "clock.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "reply.h"

enum { NX = 1, XX = 2, GT = 4, LT = 8 };

/* The conditions at the end of the arguments: a bit for each. */
static bool parse_conditions(struct call *call, int *conditions)
{
    static const char *const names[] = {"nx", "xx", "gt", "lt", NULL};
    static const int bits[] = {NX, XX, GT, LT}; /* of names[k] */

    *conditions = 0;
    for (size_t i = 3; i < call->nargs; i++) {
        int k = arg_choice(call, i, names);
        if (k < 0)
            return reply_error(&call->reply, "ERR Unsupported option %.*s",
                               (int)call->args[i].len,
                               (const char *)call->args[i].data);
        *conditions |= bits[k];
    }
    if ((*conditions & NX) && (*conditions & (XX | GT | LT)))
        return reply_error(&call->reply,
                           "ERR NX and XX, GT or LT options at the same "
                           "time are not compatible");
    if ((*conditions & GT) && (*conditions & LT))
        return reply_error(&call->reply,
                           "ERR GT and LT options at the same time are "
                           "not compatible");
    return true;
}

/* No TTL counts as later than any. */
static bool allows(int conditions, bool limited, uint64_t old, uint64_t at)
{
    return !((conditions & NX) && limited) &&
           !((conditions & XX) && !limited) &&
           !((conditions & GT) && (!limited || at <= old)) &&
           !((conditions & LT) && limited && at >= old);
}

/* pexpire key ms [nx|xx|gt|lt]; expire, pexpireat, expireat: see SECONDS */
void cmd_pexpire(struct call *call)
{
    uint64_t old = 0;
    uint64_t at;
    int conditions;

    if (!parse_conditions(call, &conditions) ||
        !arg_time(call, 2, call->cmd->how, false, &at))
        return;
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    bool limited = e && keyspace_expiry(call->ks, e, &old);
    bool changes = e && allows(conditions, limited, old, at);
    if (changes && at <= call->ks->now_ms && call->reply.proto != PROTO_BINARY)
        keyspace_del(call->ks, call->args[1]);
    else if (changes)
        keyspace_expire_at(call->ks, e, at);
    reply_int(&call->reply, changes);
}

/* The book's pexpire takes a time that is beyond what a reply can tell when it
 * is counted from 1970. */
static int64_t shown(uint64_t time)
{
    return time < INT64_MAX ? (int64_t)time : INT64_MAX;
}

/* pttl key: the milliseconds left; -1 without a limit, -2 without the key. */
void cmd_pttl(struct call *call)
{
    const struct entry *e = keyspace_read(call->ks, call->args[1]);
    uint64_t at;
    uint64_t from = call->ks->now_ms;
    uint64_t unit_ms = call->cmd->how & SECONDS ? 1000 : 1;

    if (call->cmd->how & SINCE_1970) /* before the loop began to count */
        from = (uint64_t)-clock_wall_offset_ms();
    if (!e)
        reply_int(&call->reply, -2);
    else if (!keyspace_expiry(call->ks, e, &at))
        reply_int(&call->reply, -1);
    else
        reply_int(&call->reply, shown((at - from + unit_ms / 2) / unit_ms));
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
