/*
 * A command that takes members out ends in zset_value_shrunk() or
 * zset_value_take(), and one that computes a set in zset_value_store(): so none
 * of them can leave an empty set behind. How members look in a reply depends on
 * the client's protocol, and zset_value_form() decides it.
 */
#include "zset_value.h"

#include "reply.h"

void zset_value_shrunk(struct call *call, struct entry *e)
{
    if (zset_size(entry_zset(e)) == 0)
        keyspace_del(call->ks, entry_key(e));
    else
        keyspace_touched(call->ks, e);
}

/* LIMIT: a part of a large set is removed one by one, and everybody waits for
 * it; a whole set is left to the pool. */
void zset_value_take(struct call *call, struct entry *e, struct znode *n,
                     int side, size_t count)
{
    if (count == 0)
        return;
    if (count == zset_size(entry_zset(e))) {
        keyspace_del(call->ks, entry_key(e));
        return;
    }
    while (count-- > 0) {
        struct znode *next = znode_next(n, side);
        zset_remove(entry_zset(e), n);
        n = next;
    }
    keyspace_touched(call->ks, e);
}

/* Copying the struct moves the whole set, for no member points back to it. */
void zset_value_store(struct call *call, struct zset *z)
{
    struct slice key = call->args[1];

    reply_int(&call->reply, (int64_t)zset_size(z));
    keyspace_del(call->ks, key);
    if (zset_size(z) == 0)
        return;
    *entry_zset(keyspace_add_zset(call->ks, key)) = *z;
}

enum zset_form zset_value_form(const struct call *call, bool with_scores)
{
    if (!with_scores)
        return ZSET_NAMES;
    return call->reply.proto == PROTO_RESP3 ? ZSET_PAIRS : ZSET_FLAT;
}

void zset_reply_member(struct reply *r, const struct znode *n,
                       enum zset_form form)
{
    if (form == ZSET_PAIRS)
        reply_arr(r, 2);
    reply_str(r, znode_name(n));
    if (form != ZSET_NAMES)
        reply_dbl(r, n->score);
}

void zset_reply(struct reply *r, struct znode *n, int side, size_t count,
                enum zset_form form)
{
    reply_arr(r, form == ZSET_FLAT ? count * 2 : count);
    for (; count > 0 && !r->too_big; count--) {
        zset_reply_member(r, n, form);
        n = znode_next(n, side);
    }
}
