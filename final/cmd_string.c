/*
 * Commands for keys whose value is a string.
 */
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "reply.h"
#include "string_value.h"
#include "ttl.h"

/* get key */
void cmd_get(struct call *call)
{
    struct entry *e;

    if (string_find(call, 1, &e))
        string_reply(call, e);
}

/* What SET and GETEX are told beside key and value. */
struct options {
    bool nx;
    bool xx;
    bool get;
    bool keep_ttl; /* or PERSIST */
    bool has_time;
    size_t time; /* the argument which says it */
    uint64_t at; /* which word it followed; when it has been read, the time */
};

/* One word, and the number that may follow it: moves *i to the last one. */
static bool parse_time(struct call *call, size_t *i, struct options *o)
{
    static const struct {
        const char *name;
        int64_t unit_ms;
        bool absolute;
    } words[] = {
        {"ex", 1000, false},
        {"px", 1, false},
        {"exat", 1000, true},
        {"pxat", 1, true},
    };

    for (size_t j = 0; j < sizeof words / sizeof words[0]; j++) {
        if (!arg_is(call, *i, words[j].name) || *i + 1 == call->nargs ||
            o->has_time || o->keep_ttl)
            continue;
        o->has_time = true;
        o->at = (uint64_t)j;
        return ++*i;
    }
    reply_syntax_error(&call->reply);
    return false;
}

static bool parse_options(struct call *call, size_t from, bool is_set,
                          struct options *o)
{
    size_t time = 0;

    for (size_t i = from; i < call->nargs; i++) {
        if (is_set && arg_is(call, i, "nx") && !o->xx)
            o->nx = true;
        else if (is_set && arg_is(call, i, "xx") && !o->nx)
            o->xx = true;
        else if (is_set && arg_is(call, i, "get"))
            o->get = true;
        else if (arg_is(call, i, is_set ? "keepttl" : "persist") &&
                 !o->has_time)
            o->keep_ttl = true;
        else if (parse_time(call, &i, o))
            time = i;
        else
            return false;
    }
    o->time = time;
    return true;
}

/* The number, after all words are known to be right. */
static bool read_time(struct call *call, struct options *o)
{
    return !o->has_time || ttl_parse(call, o->time, o->at % 2 ? 1 : 1000,
                                     o->at >= 2, true, &o->at);
}

/* set key value [nx|xx] [get] [keepttl | ex s | px ms | exat s | pxat ms] */
void cmd_set(struct call *call)
{
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    struct options o = {0};
    uint64_t at;

    if (!parse_options(call, 3, true, &o) || !read_time(call, &o) ||
        (o.get && !string_find(call, 1, &e)))
        return;
    if (e && e->type != ENTRY_STR && call->reply.proto == PROTO_BINARY) {
        reply_err(&call->reply, ERR_BAD_TYP, "a non-string value exists");
        return;
    }
    bool skip = (o.nx && e) || (o.xx && !e);
    if (o.get)
        string_reply(call, e);
    else if (skip)
        reply_nil(&call->reply);
    else
        reply_ok(&call->reply);
    if (skip)
        return;
    bool limited = e && keyspace_expiry(call->ks, e, &at);
    e = keyspace_set_str(call->ks, call->args[1], call->args[2]);
    if (o.has_time)
        keyspace_expire_at(call->ks, e, o.at);
    else if (o.keep_ttl && limited)
        keyspace_expire_at(call->ks, e, at);
}

/* getex key [persist | ex s | px ms | exat s | pxat ms] */
void cmd_getex(struct call *call)
{
    struct options o = {0};
    struct entry *e;

    if (!parse_options(call, 2, false, &o) || !string_find(call, 1, &e) ||
        (e && !read_time(call, &o)))
        return;
    string_reply(call, e);
    if (e && o.keep_ttl)
        keyspace_persist(call->ks, e);
    else if (e && o.has_time)
        keyspace_expire_at(call->ks, e, o.at);
}
