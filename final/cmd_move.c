/*
 * Commands that move and copy keys, within a database or to another one. RENAME
 * and COPY delete what is at the new key first, and MOVE refuses if there is
 * something: keyspace.c takes only a key that does not exist yet.
 */
#include "args.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "reply.h"
#include "server.h"

/* rename key newkey, renamenx key newkey */
void cmd_rename(struct call *call)
{
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    bool if_new = call->cmd->how == IF_NEW;

    if (!e) {
        reply_error(&call->reply, "ERR no such key");
        return;
    }
    bool moves = !slice_eq(call->args[1], call->args[2]) &&
                 !(if_new && keyspace_find(call->ks, call->args[2]));
    if (moves) {
        keyspace_del(call->ks, call->args[2]);
        keyspace_move(call->ks, e, call->ks, call->args[2]);
    }
    if (if_new)
        reply_int(&call->reply, moves);
    else
        reply_ok(&call->reply);
}

static bool check_other(struct call *call, bool same)
{
    if (same)
        reply_error(&call->reply,
                    "ERR source and destination objects are the same");
    return !same;
}

/* move key db */
void cmd_move(struct call *call)
{
    size_t db;

    if (!arg_db(call, 2, &db))
        return;
    struct keyspace *to = &call->server->dbs[db];
    if (!check_other(call, to == call->ks))
        return;
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    bool moves = e && !keyspace_find(to, call->args[1]);
    if (moves)
        keyspace_move(call->ks, e, to, call->args[1]);
    reply_int(&call->reply, moves);
}

/* copy key newkey [db n] [replace] */
void cmd_copy(struct call *call)
{
    struct keyspace *to = call->ks;
    bool replace = false;
    size_t db;

    for (size_t i = 3; i < call->nargs; i++) {
        if (arg_is(call, i, "replace")) {
            replace = true;
        } else if (arg_is(call, i, "db") && i + 1 < call->nargs) {
            if (!arg_db(call, ++i, &db))
                return;
            to = &call->server->dbs[db];
        } else {
            reply_syntax_error(&call->reply);
            return;
        }
    }
    if (!check_other(call,
                     to == call->ks && slice_eq(call->args[1], call->args[2])))
        return;
    const struct entry *e = keyspace_read(call->ks, call->args[1]);
    bool copies = e && (replace || !keyspace_find(to, call->args[2]));
    if (copies) {
        keyspace_del(to, call->args[2]);
        keyspace_copy(call->ks, e, to, call->args[2]);
    }
    reply_int(&call->reply, copies);
}
