/*
 * Commands for keys, whatever their value.
 */
#include "command.h"
#include "container_of.h"
#include "hashtable.h"
#include "keyspace.h"
#include "reply.h"

/* del key */
void cmd_del(struct call *call)
{
    reply_int(&call->reply, keyspace_del(call->ks, call->args[1]));
}

struct listing {
    struct reply *reply;
    const struct keyspace *ks;
    size_t n;
};

static bool list_key(struct hnode *node, void *arg)
{
    const struct entry *e = container_of(node, struct entry, node);
    struct listing *l = arg;

    if (keyspace_is_due(l->ks, e))
        return true;
    reply_str(l->reply, entry_key(e));
    l->n++;
    return !l->reply->too_big;
}

/* keys
 * LIMIT: it visits every key at once, and everybody waits for it. */
void cmd_keys(struct call *call)
{
    struct listing l = {.reply = &call->reply, .ks = call->ks};

    size_t at = reply_arr_begin(&call->reply);
    hmap_foreach(&call->ks->map, list_key, &l);
    reply_arr_end(&call->reply, at, l.n);
}
