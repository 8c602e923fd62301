/*
 * Commands that take the first or last members out of a sorted set, and may
 * wait until there are some.
 */
#include "blocking.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "zset.h"
#include "zset_value.h"

enum shape {
    PLAIN,       /* name, score ... */
    PLAIN_PAIRS, /* the same in pairs, in RESP3 */
    AFTER_KEY,   /* key, name, score */
    BELOW_KEY,   /* key, [[name, score] ...] */
};

struct pop {
    size_t first_key; /* its argument */
    size_t nkeys;
    bool max; /* from the last one on? */
    int64_t count;
    enum shape shape;
};

/* Seconds, 0 for ever. What is not even a millisecond below 0 is 0. */
static bool parse_timeout(struct call *call, size_t i, uint64_t *ms)
{
    double value;

    if (!number_strict_double(call->args[i], &value)) {
        reply_error(&call->reply,
                    "ERR timeout is not a float or out of range");
        return false;
    }
    value *= 1000;
    if (value <= -1 || value >= (double)INT64_MAX) {
        reply_error(&call->reply, "ERR timeout is negative");
        return false;
    }
    *ms = value > 0 ? (uint64_t)value : 0;
    *ms += value > (double)*ms; /* rounded up */
    return true;
}

/* The first of the keys that has a set. One of another type is an error, but
 * to those who wait it is nothing. */
static bool find_any(struct call *call, const struct pop *p, struct entry **e)
{
    *e = NULL;
    for (size_t i = p->first_key; i < p->first_key + p->nkeys; i++) {
        *e = keyspace_find(call->ks, call->args[i]);
        if (*e && (*e)->type == ENTRY_ZSET)
            return true;
        if (*e && !call->retried)
            return zset_value_find(call, call->args[i], e);
    }
    *e = NULL;
    return true;
}

/* Replies the members and removes them: from a copy of nothing, so the reply
 * is first. What would not fit into it stays. */
static void take(struct call *call, const struct pop *p, struct entry *e)
{
    struct reply *r = &call->reply;
    size_t size = zset_size(e->zset);
    size_t n = (uint64_t)p->count < size ? (size_t)p->count : size;
    struct znode *first = zset_at(e->zset, p->max ? size - 1 : 0);
    int step = p->max ? -1 : 1;

    if (p->shape == AFTER_KEY) {
        reply_arr(r, 3);
        reply_str(r, entry_key(e));
        zset_reply_member(r, first, ZSET_FLAT);
    } else if (p->shape == BELOW_KEY) {
        reply_arr(r, 2);
        reply_str(r, entry_key(e));
        zset_reply(r, first, step, n, ZSET_PAIRS);
    } else {
        zset_reply(r, first, step, n,
                   p->shape == PLAIN ? ZSET_FLAT : zset_value_form(call, true));
    }
    if (!r->too_big)
        zset_value_take(call, e, first, step, n);
}

static void pop(struct call *call, const struct pop *p)
{
    struct entry *e;

    if (!find_any(call, p, &e))
        return;
    if (e && p->count > 0)
        take(call, p, e);
    else if (p->shape == BELOW_KEY)
        reply_null_arr(&call->reply);
    else
        reply_arr(&call->reply, 0);
}

/* The same, or else it waits; but never in the middle of a transaction. */
static void pop_or_wait(struct call *call, const struct pop *p, size_t timeout)
{
    struct entry *e;
    uint64_t ms;

    if (!parse_timeout(call, timeout, &ms) || !find_any(call, p, &e))
        return;
    if (e)
        take(call, p, e);
    else if (call->in_exec)
        reply_null_arr(&call->reply);
    else
        wait_begin(call, ms);
}

static void zpop(struct call *call, bool max)
{
    struct pop p = {.first_key = 1, .nkeys = 1, .max = max, .count = 1};

    if (call->nargs > 3) {
        reply_syntax_error(&call->reply);
        return;
    }
    if (call->nargs == 3) {
        if (!zset_parse_int(call, 2, 0,
                            "ERR value is out of range, must be positive",
                            &p.count))
            return;
        p.shape = PLAIN_PAIRS;
    }
    pop(call, &p);
}

/* zpopmin key [n] */
void cmd_zpopmin(struct call *call)
{
    zpop(call, false);
}

/* zpopmax key [n] */
void cmd_zpopmax(struct call *call)
{
    zpop(call, true);
}

/* bzpopmin key ... seconds */
void cmd_bzpopmin(struct call *call)
{
    struct pop p = {.first_key = 1, .nkeys = call->nargs - 2, .count = 1,
                    .shape = AFTER_KEY};

    pop_or_wait(call, &p, call->nargs - 1);
}

/* bzpopmax key ... seconds */
void cmd_bzpopmax(struct call *call)
{
    struct pop p = {.first_key = 1, .nkeys = call->nargs - 2, .count = 1,
                    .shape = AFTER_KEY, .max = true};

    pop_or_wait(call, &p, call->nargs - 1);
}

/* Reads a number of keys at args[i], the keys and what follows. */
static bool parse_mpop(struct call *call, size_t i, struct pop *p)
{
    int64_t nkeys;

    *p = (struct pop){.first_key = i + 1, .count = 1, .shape = BELOW_KEY};
    if (!zset_parse_int(call, i, 1, "ERR numkeys should be greater than 0",
                        &nkeys))
        return false;
    bool ok = (uint64_t)nkeys < call->nargs - i - 1;
    size_t side = ok ? i + 1 + (size_t)nkeys : 0;
    p->nkeys = (size_t)nkeys;
    p->max = arg_is(call, side, "max");
    ok = ok && (p->max || arg_is(call, side, "min"));
    if (ok && arg_is(call, side + 1, "count") && call->nargs > side + 2) {
        if (!zset_parse_int(call, side + 2, 1,
                            "ERR count should be greater than 0", &p->count))
            return false;
        ok = call->nargs == side + 3;
    } else {
        ok = ok && call->nargs == side + 1;
    }
    if (!ok)
        reply_syntax_error(&call->reply);
    return ok;
}

/* zmpop n key ... min|max [count n] */
void cmd_zmpop(struct call *call)
{
    struct pop p;

    if (parse_mpop(call, 1, &p))
        pop(call, &p);
}

/* bzmpop seconds n key ... min|max [count n] */
void cmd_bzmpop(struct call *call)
{
    struct pop p;

    if (parse_mpop(call, 2, &p))
        pop_or_wait(call, &p, 1);
}
