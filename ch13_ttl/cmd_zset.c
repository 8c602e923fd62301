/*
 * Commands for keys whose value is a sorted set.
 */
#include "command.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "zset.h"

/* Stores the set that args[1] names in *z, or NULL if there is no such key. If
 * the key holds something else, replies with an error and returns false. */
static bool find_zset(struct call *call, struct zset **z)
{
    struct entry *e = keyspace_find(call->ks, call->args[1]);

    *z = NULL;
    if (!e)
        return true;
    if (e->type != ENTRY_ZSET) {
        reply_err(&call->reply, ERR_BAD_TYP, "expect zset");
        return false;
    }
    *z = e->zset;
    return true;
}

/* zadd key score name */
void cmd_zadd(struct call *call)
{
    double score;
    struct zset *z;

    if (!number_double(call->args[2], &score)) {
        reply_err(&call->reply, ERR_BAD_ARG, "expect float");
        return;
    }
    if (!find_zset(call, &z))
        return;
    if (!z)
        z = entry_make_zset(keyspace_add(call->ks, call->args[1]));
    reply_int(&call->reply, zset_add(z, call->args[3], score));
}

/* zrem key name */
void cmd_zrem(struct call *call)
{
    struct zset *z;

    if (!find_zset(call, &z))
        return;
    struct znode *n = z ? zset_find(z, call->args[2]) : NULL;
    if (n)
        zset_remove(z, n);
    reply_int(&call->reply, n != NULL);
}

/* zscore key name */
void cmd_zscore(struct call *call)
{
    struct zset *z;

    if (!find_zset(call, &z))
        return;
    const struct znode *n = z ? zset_find(z, call->args[2]) : NULL;
    if (n)
        reply_dbl(&call->reply, n->score);
    else
        reply_nil(&call->reply);
}

/* Replies with names and scores, from n on. limit counts both. */
static void reply_members(struct reply *r, struct znode *n, int64_t limit)
{
    size_t at = reply_arr_begin(r);
    int64_t replied = 0;

    while (n && replied < limit && !r->too_big) {
        reply_str(r, znode_name(n));
        reply_dbl(r, n->score);
        replied += 2;
        n = znode_next(n, 1);
    }
    reply_arr_end(r, at, (size_t)replied);
}

/* zquery key score name offset limit */
void cmd_zquery(struct call *call)
{
    double score;
    int64_t offset;
    int64_t limit;
    struct zset *z;

    if (!number_double(call->args[2], &score)) {
        reply_err(&call->reply, ERR_BAD_ARG, "expect fp number");
        return;
    }
    if (!number_int(call->args[4], &offset) ||
        !number_int(call->args[5], &limit)) {
        reply_err(&call->reply, ERR_BAD_ARG, "expect int");
        return;
    }
    if (!find_zset(call, &z))
        return;
    struct znode *n = z ? zset_seek(z, score, call->args[3]) : NULL;
    if (n)
        n = znode_offset(n, offset);
    reply_members(&call->reply, n, limit);
}
