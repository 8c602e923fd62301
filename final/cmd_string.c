/*
 * Commands for keys whose value is a string.
 */
#include "args.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "reply.h"

static void reply_value(struct call *call, const struct entry *e)
{
    if (e)
        reply_str(&call->reply, entry_str(e));
    else
        reply_nil(&call->reply);
}

/* get key */
void cmd_get(struct call *call)
{
    struct entry *e;

    if (arg_str(call, 1, &e))
        reply_value(call, e);
}

/* The options of SET and GETEX. */
struct options {
    bool nx;
    bool xx;
    bool get;
    bool keep_ttl; /* GETEX: PERSIST */
    size_t time;   /* the argument with the TTL; 0: none */
    int how;       /* in which form, see how.h */
    uint64_t at;   /* when the key expires, once that has been read */
};

/* Reads a word and notes the number behind it: moves *i to that. */
static bool parse_time(struct call *call, size_t *i, struct options *o)
{
    static const char *const words[] = {"ex", "px", "exat", "pxat", NULL};
    static const int how[] = {SECONDS, 0, SECONDS | SINCE_1970, SINCE_1970};
    int k = arg_choice(call, *i, words);

    if (k < 0 || *i + 1 == call->nargs || o->keep_ttl ||
        (o->time > 0 && o->how != how[k]))
        return reply_syntax_error(&call->reply);
    o->time = ++*i;
    o->how = how[k];
    return true;
}

static bool parse_options(struct call *call, size_t from, bool is_set,
                          struct options *o)
{
    for (size_t i = from; i < call->nargs; i++) {
        if (is_set && arg_is(call, i, "nx") && !o->xx)
            o->nx = true;
        else if (is_set && arg_is(call, i, "xx") && !o->nx)
            o->xx = true;
        else if (is_set && arg_is(call, i, "get"))
            o->get = true;
        else if (arg_is(call, i, is_set ? "keepttl" : "persist") && !o->time)
            o->keep_ttl = true;
        else if (!parse_time(call, &i, o))
            return false;
    }
    return true;
}

/* Reads the number, after all words are known to be right. */
static bool read_time(struct call *call, struct options *o)
{
    return o->time == 0 || arg_time(call, o->time, o->how, true, &o->at);
}

/* set key value [nx|xx] [get] [keepttl | ex s | px ms | exat s | pxat ms] */
void cmd_set(struct call *call)
{
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    struct options o = {0};
    uint64_t at;

    if (!parse_options(call, 3, true, &o) || !read_time(call, &o) ||
        (o.get && !arg_str(call, 1, &e)))
        return;
    if (e && e->type != ENTRY_STR && call->reply.proto == PROTO_BINARY) {
        reply_book_error(&call->reply, BOOK_SET_NOT_STR);
        return;
    }
    bool skip = (o.nx && e) || (o.xx && !e);
    if (o.get)
        reply_value(call, e);
    else if (skip)
        reply_nil(&call->reply);
    else
        reply_ok(&call->reply);
    if (skip)
        return;
    bool limited = e && keyspace_expiry(call->ks, e, &at);
    e = keyspace_set_str(call->ks, e, call->args[1], call->args[2]);
    if (o.time > 0)
        keyspace_expire_at(call->ks, e, o.at);
    else if (o.keep_ttl && limited)
        keyspace_expire_at(call->ks, e, at);
}

/* getex key [persist | ex s | px ms | exat s | pxat ms] */
void cmd_getex(struct call *call)
{
    struct options o = {0};
    struct entry *e;

    if (!parse_options(call, 2, false, &o) || !arg_str(call, 1, &e) ||
        (e && !read_time(call, &o)))
        return;
    reply_value(call, e);
    if (e && o.keep_ttl)
        keyspace_persist(call->ks, e);
    else if (e && o.time > 0)
        keyspace_expire_at(call->ks, e, o.at);
}

/* setnx key value */
void cmd_setnx(struct call *call)
{
    bool is_new = !keyspace_find(call->ks, call->args[1]);

    if (is_new)
        keyspace_set_str(call->ks, NULL, call->args[1], call->args[2]);
    reply_int(&call->reply, is_new);
}

/* setex key seconds value, psetex key ms value */
void cmd_setex(struct call *call)
{
    uint64_t at;

    if (!arg_time(call, 2, call->cmd->how, true, &at))
        return;
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    e = keyspace_set_str(call->ks, e, call->args[1], call->args[3]);
    keyspace_expire_at(call->ks, e, at);
    reply_ok(&call->reply);
}

/* getset key value */
void cmd_getset(struct call *call)
{
    struct entry *e;

    if (!arg_str(call, 1, &e))
        return;
    reply_value(call, e);
    keyspace_set_str(call->ks, e, call->args[1], call->args[2]);
}

/* getdel key */
void cmd_getdel(struct call *call)
{
    struct entry *e;

    if (!arg_str(call, 1, &e))
        return;
    reply_value(call, e);
    keyspace_del(call->ks, call->args[1]);
}

/* mget key ... */
void cmd_mget(struct call *call)
{
    reply_arr(&call->reply, call->nargs - 1);
    for (size_t i = 1; i < call->nargs; i++) {
        const struct entry *e = keyspace_read(call->ks, call->args[i]);
        reply_value(call, e && e->type == ENTRY_STR ? e : NULL);
    }
}

/* mset key value ..., msetnx key value ...: all or none */
void cmd_mset(struct call *call)
{
    bool if_new = call->cmd->how == IF_NEW;
    bool sets = true;

    if (call->nargs % 2 == 0) {
        reply_error(&call->reply,
                    "ERR wrong number of arguments for '%s' command",
                    call->cmd->name);
        return;
    }
    for (size_t i = 1; if_new && sets && i < call->nargs; i += 2)
        sets = !keyspace_find(call->ks, call->args[i]);
    for (size_t i = 1; sets && i < call->nargs; i += 2) {
        struct entry *e = keyspace_find(call->ks, call->args[i]);
        keyspace_set_str(call->ks, e, call->args[i], call->args[i + 1]);
    }
    if (if_new)
        reply_int(&call->reply, sets);
    else
        reply_ok(&call->reply);
}
