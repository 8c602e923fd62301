/*
 * Commands for keys, whatever their value.
 */
#include "command.h"
#include "commands.h"
#include "hashtable.h"
#include "keyspace.h"
#include "listing.h"
#include "reply.h"

/* del key ... */
void cmd_del(struct call *call)
{
    int64_t n = 0;

    for (size_t i = 1; i < call->nargs; i++)
        n += keyspace_del(call->ks, call->args[i]);
    reply_int(&call->reply, n);
}

/* unlink key ...: DEL hands large values to the pool, too */
void cmd_unlink(struct call *call)
{
    cmd_del(call);
}

/* exists key ... */
void cmd_exists(struct call *call)
{
    int64_t n = 0;

    for (size_t i = 1; i < call->nargs; i++)
        n += keyspace_find(call->ks, call->args[i]) != NULL;
    reply_int(&call->reply, n);
}

/* touch key ...: there is no time of last use to be changed */
void cmd_touch(struct call *call)
{
    cmd_exists(call);
}

/* type key */
void cmd_type(struct call *call)
{
    reply_status(&call->reply,
                 listing_type(keyspace_find(call->ks, call->args[1])));
}

/* keys pattern: on the binary protocol it may be left out
 * LIMIT: it visits every key at once, and everybody waits for it: use scan. */
void cmd_keys(struct call *call)
{
    struct listing l = {.reply = &call->reply, .ks = call->ks};

    if (!slice_eq(call->args[1], slice_of("*")))
        l.pattern = &call->args[1];
    size_t at = reply_arr_begin(&call->reply);
    hmap_foreach(&call->ks->map, listing_visit, &l);
    reply_arr_end(&call->reply, at, l.n);
}
