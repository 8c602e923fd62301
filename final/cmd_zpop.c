/*
 * Commands that take the first or last members out of a sorted set, and may
 * wait until there are some. Each reads its arguments into a struct pop, and
 * pop() does the rest: it replies, or blocks the client, and then blocking.c
 * runs the same command again when a key was added.
 */
#include "args.h"
#include "blocking.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "zset.h"
#include "zset_value.h"

enum shape {
    PLAIN,     /* name, score ... */
    PAIRS,     /* the same, in RESP3 as [name, score] ... */
    AFTER_KEY, /* key, name, score */
    BELOW_KEY, /* key, [[name, score] ...] */
};

struct pop {
    size_t first_key; /* its argument */
    size_t nkeys;
    size_t timeout; /* its argument; 0: does not wait */
    bool max;       /* from the last member on? */
    int64_t count;
    enum shape shape;
};

/* Reads a timeout in seconds; 0 is no limit. What is less than a millisecond
 * below 0 counts as 0. */
static bool parse_timeout(struct call *call, size_t i, uint64_t *ms)
{
    long double value;

    if (!number_long_double(call->args[i], &value))
        return reply_error(&call->reply,
                           "ERR timeout is not a float or out of range");
    value *= 1000;
    if (value <= -1 || value >= (long double)INT64_MAX)
        return reply_error(&call->reply, "ERR timeout is negative");
    *ms = value > 0 ? (uint64_t)value : 0;
    *ms += value > (long double)*ms; /* rounded up */
    return true;
}

/* Finds the first of the keys that exists. For a client that is tried again it
 * is the key that was added, and another type there is not an error: it goes on
 * waiting. */
static bool find_any(struct call *call, const struct pop *p, struct entry **e)
{
    *e = call->came ? keyspace_find(call->ks, *call->came) : NULL;
    if (*e && (*e)->type != ENTRY_ZSET)
        *e = NULL;
    for (size_t i = 0; i < p->nkeys && !call->came && !*e; i++) {
        if (!arg_zset(call, p->first_key + i, e))
            return false;
    }
    return true;
}

/* Replies with members, then removes them, unless the reply is too big: nothing
 * may be lost. */
static void pop_members(struct call *call, const struct pop *p, struct entry *e)
{
    struct reply *r = &call->reply;
    size_t size = zset_size(entry_zset(e));
    size_t n = (uint64_t)p->count < size ? (size_t)p->count : size;
    struct znode *first = zset_at(entry_zset(e), p->max ? size - 1 : 0);
    int side = !p->max;

    if (p->shape == AFTER_KEY) {
        reply_arr(r, 3);
        reply_str(r, entry_key(e));
        zset_reply_member(r, first, ZSET_FLAT);
    } else if (p->shape == BELOW_KEY) {
        reply_arr(r, 2);
        reply_str(r, entry_key(e));
        zset_reply(r, first, side, n, ZSET_PAIRS);
    } else {
        zset_reply(r, first, side, n,
                   p->shape == PLAIN ? ZSET_FLAT : zset_value_form(call, true));
    }
    if (!r->too_big)
        zset_value_take(call, e, first, side, n);
}

/* In the middle of a transaction a client cannot wait: it gets null at once. */
static void pop(struct call *call, const struct pop *p)
{
    uint64_t ms = 0;
    struct entry *e;

    if ((p->timeout > 0 && !parse_timeout(call, p->timeout, &ms)) ||
        !find_any(call, p, &e))
        return;
    if (e && p->count > 0)
        pop_members(call, p, e);
    else if (p->shape == PLAIN || p->shape == PAIRS)
        reply_arr(&call->reply, 0);
    else if (p->timeout == 0 || call->in_exec || !call->conn)
        reply_null_arr(&call->reply);
    else
        wait_begin(call, p->first_key, p->nkeys, ms);
}

/* zpopmin key [n], zpopmax key [n] */
void cmd_zpop(struct call *call)
{
    struct pop p = {.first_key = 1,
                    .nkeys = 1,
                    .count = 1,
                    .max = call->cmd->how == POP_MAX,
                    .shape = call->nargs == 3 ? PAIRS : PLAIN};

    if (call->nargs > 3)
        reply_syntax_error(&call->reply);
    else if (call->nargs == 2 ||
             arg_int_from(call, 2, 0,
                          "ERR value is out of range, must be "
                          "positive",
                          &p.count))
        pop(call, &p);
}

/* bzpopmin key ... seconds, bzpopmax key ... seconds */
void cmd_bzpop(struct call *call)
{
    pop(call, &(struct pop){.first_key = 1,
                            .nkeys = call->nargs - 2,
                            .timeout = call->nargs - 1,
                            .count = 1,
                            .max = call->cmd->how == POP_MAX,
                            .shape = AFTER_KEY});
}

/* zmpop n key ... min|max [count n]; bzmpop seconds n key ... */
void cmd_zmpop(struct call *call)
{
    static const char *const sides[] = {"min", "max", NULL};
    size_t i = call->cmd->how == MAY_WAIT ? 2 : 1; /* the number of keys */
    struct pop p = {
        .first_key = i + 1, .timeout = i - 1, .count = 1, .shape = BELOW_KEY};
    int64_t n;

    if (!arg_int_from(call, i, 1, "ERR numkeys should be greater than 0", &n))
        return;
    bool ok = (uint64_t)n < call->nargs - i - 1;
    p.nkeys = ok ? (size_t)n : 0;
    size_t end = p.first_key + p.nkeys;
    int side = arg_choice(call, end++, sides);
    p.max = side == 1;
    ok = ok && side >= 0;
    if (ok && arg_is(call, end, "count") && end + 1 < call->nargs) {
        if (!arg_int_from(call, end + 1, 1,
                          "ERR count should be greater than 0", &p.count))
            return;
        end += 2;
    }
    if (ok && end == call->nargs)
        pop(call, &p);
    else
        reply_syntax_error(&call->reply);
}
