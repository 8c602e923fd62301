#include "ttl.h"

#include "clock.h"
#include "conn.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"

bool ttl_parse(struct call *call, size_t i, int64_t unit_ms, bool absolute,
               bool positive, uint64_t *at)
{
    int64_t now = (int64_t)call->ks->now_ms;
    int64_t wall_offset = clock_wall_offset_ms();
    int64_t time;

    if (!number_int(call->args[i], &time) ||
        (call->reply.proto != PROTO_BINARY &&
         !number_strict_int(call->args[i], &time))) {
        reply_err(&call->reply, ERR_BAD_ARG, "expect int64");
        return false;
    }
    bool fits = time <= INT64_MAX / unit_ms && time >= INT64_MIN / unit_ms;
    if (fits && !absolute && call->reply.proto != PROTO_BINARY)
        fits = time * unit_ms <= INT64_MAX - now - wall_offset;
    if (!fits || (positive && time <= 0)) {
        reply_error(&call->reply, "ERR invalid expire time in '%s' command",
                    call->conn->session.last_command);
        return false;
    }
    time *= unit_ms;
    if (absolute)
        time = time < INT64_MIN + wall_offset ? INT64_MIN : time - wall_offset;
    if (!absolute && time > 0)
        *at = (uint64_t)now + (uint64_t)time;
    else
        *at = absolute && time > now ? (uint64_t)time : 0;
    return true;
}

enum { NX = 1, XX = 2, GT = 4, LT = 8 };

/* The conditions at the end of the arguments. */
static bool parse_conditions(struct call *call, int *conditions)
{
    static const char *const names[] = {"nx", "xx", "gt", "lt"};

    *conditions = 0;
    for (size_t i = 3; i < call->nargs; i++) {
        int found = 0;
        for (int j = 0; j < 4; j++)
            found |= arg_is(call, i, names[j]) ? 1 << j : 0;
        if (!found) {
            reply_error(&call->reply, "ERR Unsupported option %.*s",
                        (int)call->args[i].len,
                        (const char *)call->args[i].data);
            return false;
        }
        *conditions |= found;
    }
    if ((*conditions & NX) && (*conditions & (XX | GT | LT))) {
        reply_error(&call->reply, "ERR NX and XX, GT or LT options at the same "
                                  "time are not compatible");
        return false;
    }
    if ((*conditions & GT) && (*conditions & LT)) {
        reply_error(&call->reply, "ERR GT and LT options at the same time are "
                                  "not compatible");
        return false;
    }
    return true;
}

/* No limit is later than any. */
static bool allows(int conditions, bool limited, uint64_t old, uint64_t at)
{
    return !((conditions & NX) && limited) &&
           !((conditions & XX) && !limited) &&
           !((conditions & GT) && (!limited || at <= old)) &&
           !((conditions & LT) && limited && at >= old);
}

void ttl_expire(struct call *call, int64_t unit_ms, bool absolute)
{
    uint64_t at;
    uint64_t old;
    int conditions;

    if (!parse_conditions(call, &conditions) ||
        !ttl_parse(call, 2, unit_ms, absolute, false, &at))
        return;
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    bool limited = e && keyspace_expiry(call->ks, e, &old);
    if (!e || !allows(conditions, limited, limited ? old : 0, at)) {
        reply_int(&call->reply, 0);
        return;
    }
    if (at <= call->ks->now_ms && call->reply.proto != PROTO_BINARY)
        keyspace_del(call->ks, call->args[1]);
    else
        keyspace_expire_at(call->ks, e, at);
    reply_int(&call->reply, 1);
}

void ttl_reply(struct call *call, int64_t from_ms, int64_t unit_ms)
{
    const struct entry *e = keyspace_find(call->ks, call->args[1]);
    uint64_t at;

    if (!e)
        reply_int(&call->reply, -2);
    else if (!keyspace_expiry(call->ks, e, &at))
        reply_int(&call->reply, -1);
    else
        reply_int(&call->reply,
                  (int64_t)((at - (uint64_t)from_ms + (uint64_t)unit_ms / 2) /
                            (uint64_t)unit_ms));
}
