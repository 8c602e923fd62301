/*
 * The command that picks members of a sorted set at random.
 */
#include <stdlib.h>

#include "args.h"
#include "command.h"
#include "commands.h"
#include "hash.h"
#include "keyspace.h"
#include "mem.h"
#include "reply.h"
#include "zset.h"
#include "zset_value.h"

/* LIMIT: more of them, where they may repeat, are refused. Redis goes on for
 * as long as that takes, and all others wait. */
enum { MOST_REPEATED = 1000000 };

static const struct znode *random_member(const struct zset *z)
{
    return zset_at(z, hash_random() % zset_size(z));
}

/* The same member may be replied again. */
static void reply_any(struct reply *r, const struct zset *z, size_t count,
                      enum zset_form form)
{
    zset_reply_head(r, count, form);
    for (; count > 0 && !r->too_big; count--)
        zset_reply_member(r, random_member(z), form);
}

/* Different members: the j-th pick is among the first size - count + j places,
 * and if that one is taken already it is the last of them, which cannot be. So
 * each pick succeeds, and all choices are equally likely. (Floyd's sampling; a
 * bit for each place says whether it is taken.) */
static void reply_sample(struct reply *r, const struct zset *z, size_t count,
                         enum zset_form form)
{
    size_t size = zset_size(z);
    uint8_t *taken = mem_zalloc(size / 8 + 1, 1);

    zset_reply_head(r, count, form);
    for (size_t last = size - count; last < size; last++) {
        size_t pick = hash_random() % (last + 1);
        if (taken[pick / 8] >> pick % 8 & 1)
            pick = last;
        taken[pick / 8] |= (uint8_t)(1 << pick % 8);
        zset_reply_member(r, zset_at(z, pick), form);
    }
    free(taken);
}

/* Reads the count and what follows it. */
static bool parse(struct call *call, int64_t *count, bool *with_scores)
{
    if (call->nargs > 2 && !arg_int(call, 2, count))
        return false;
    *with_scores = call->nargs == 4 && arg_is(call, 3, "withscores");
    if (*count == INT64_MIN)
        return reply_error(&call->reply,
                           "ERR value is out of range, value must between "
                           "-9223372036854775807 and 9223372036854775807");
    if (call->nargs > 3 && !*with_scores)
        return reply_syntax_error(&call->reply);
    if (*count < -MOST_REPEATED || (*with_scores && *count > INT64_MAX / 2))
        return reply_error(&call->reply, "ERR value is out of range");
    return true;
}

/* zrandmember key [count [withscores]] */
void cmd_zrandmember(struct call *call)
{
    bool with_scores = false;
    int64_t count = 0;
    struct entry *e;

    if (!parse(call, &count, &with_scores) || !arg_zset(call, 1, &e))
        return;
    enum zset_form form = zset_value_form(call, with_scores);
    size_t size = e ? zset_size(e->zset) : 0;
    if (call->nargs == 2 && e)
        zset_reply_member(&call->reply, random_member(e->zset), ZSET_NAMES);
    else if (call->nargs == 2)
        reply_nil(&call->reply);
    else if (!e || count == 0)
        reply_arr(&call->reply, 0);
    else if (count < 0)
        reply_any(&call->reply, e->zset, (size_t)-count, form);
    else
        reply_sample(&call->reply, e->zset,
                     (uint64_t)count < size ? (size_t)count : size, form);
}
