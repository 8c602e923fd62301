/*
 * Commands that set or get strings, several or with something done besides.
 */
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "reply.h"
#include "string_value.h"
#include "ttl.h"

/* setnx key value */
void cmd_setnx(struct call *call)
{
    bool is_new = !keyspace_find(call->ks, call->args[1]);

    if (is_new)
        keyspace_set_str(call->ks, call->args[1], call->args[2]);
    reply_int(&call->reply, is_new);
}

static void set_for(struct call *call, int64_t unit_ms)
{
    uint64_t at;

    if (!ttl_parse(call, 2, unit_ms, false, true, &at))
        return;
    keyspace_expire_at(
        call->ks, keyspace_set_str(call->ks, call->args[1], call->args[3]), at);
    reply_ok(&call->reply);
}

/* setex key seconds value */
void cmd_setex(struct call *call)
{
    set_for(call, 1000);
}

/* psetex key ms value */
void cmd_psetex(struct call *call)
{
    set_for(call, 1);
}

/* getset key value */
void cmd_getset(struct call *call)
{
    struct entry *e;

    if (!string_find(call, 1, &e))
        return;
    string_reply(call, e);
    keyspace_set_str(call->ks, call->args[1], call->args[2]);
}

/* getdel key */
void cmd_getdel(struct call *call)
{
    struct entry *e;

    if (!string_find(call, 1, &e))
        return;
    string_reply(call, e);
    keyspace_del(call->ks, call->args[1]);
}

/* mget key ... */
void cmd_mget(struct call *call)
{
    reply_arr(&call->reply, call->nargs - 1);
    for (size_t i = 1; i < call->nargs; i++) {
        const struct entry *e = keyspace_find(call->ks, call->args[i]);
        string_reply(call, e && e->type == ENTRY_STR ? e : NULL);
    }
}

/* Are the arguments pairs of key and value? */
static bool check_pairs(struct call *call)
{
    if (call->nargs % 2 == 1)
        return true;
    reply_error(&call->reply, "ERR wrong number of arguments for '%s' command",
                arg_is(call, 0, "mset") ? "mset" : "msetnx");
    return false;
}

static void set_pairs(struct call *call)
{
    for (size_t i = 1; i < call->nargs; i += 2)
        keyspace_set_str(call->ks, call->args[i], call->args[i + 1]);
}

/* mset key value ... */
void cmd_mset(struct call *call)
{
    if (!check_pairs(call))
        return;
    set_pairs(call);
    reply_ok(&call->reply);
}

/* msetnx key value ...: all or none */
void cmd_msetnx(struct call *call)
{
    bool none = true;

    if (!check_pairs(call))
        return;
    for (size_t i = 1; i < call->nargs && none; i += 2)
        none = !keyspace_find(call->ks, call->args[i]);
    if (none)
        set_pairs(call);
    reply_int(&call->reply, none);
}
