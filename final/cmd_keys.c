/*
 * Commands for keys, whatever their value.
 */
#include "args.h"
#include "command.h"
#include "commands.h"
#include "container_of.h"
#include "glob.h"
#include "hashtable.h"
#include "keyspace.h"
#include "reply.h"

/* del key ..., unlink key ...: large sets are left to the pool, by both */
void cmd_del(struct call *call)
{
    int64_t n = 0;

    for (size_t i = 1; i < call->nargs; i++)
        n += keyspace_del(call->ks, call->args[i]);
    reply_int(&call->reply, n);
}

/* exists key ...; touch key ...: there is no time of last use to change */
void cmd_exists(struct call *call)
{
    int64_t n = 0;

    for (size_t i = 1; i < call->nargs; i++)
        n += keyspace_read(call->ks, call->args[i]) != NULL;
    reply_int(&call->reply, n);
}

/* type key */
void cmd_type(struct call *call)
{
    const struct entry *e = keyspace_read(call->ks, call->args[1]);

    reply_status(&call->reply, e ? entry_type_name(e) : "none");
}

struct listing {
    struct reply *reply;
    const struct keyspace *ks;
    const struct glob *pattern; /* NULL: all */
    size_t n;
};

static bool list_key(struct hnode *node, void *arg)
{
    const struct entry *e = container_of(node, struct entry, node);
    struct listing *l = arg;

    if (keyspace_is_due(l->ks, e))
        return true;
    if (l->pattern && !glob_match(l->pattern, entry_key(e)))
        return true;
    reply_str(l->reply, entry_key(e));
    l->n++;
    return !l->reply->too_big;
}

/* keys pattern: on the binary protocol it may be left out
 * LIMIT: it visits every key at once, and everybody waits for it: use scan. */
void cmd_keys(struct call *call)
{
    struct listing l = {.reply = &call->reply, .ks = call->ks};
    struct glob glob;

    if (!arg_glob(call, call->args[1], &glob))
        return;
    if (!slice_eq(call->args[1], slice_of("*")))
        l.pattern = &glob;
    size_t at = reply_arr_begin(&call->reply);
    hmap_foreach(&call->ks->map, list_key, &l);
    reply_arr_end(&call->reply, at, l.n);
}
