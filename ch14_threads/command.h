/*
 * command: what a request can ask for. A row of the table is a command.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "keyspace.h"
#include "reply.h"
#include "slice.h"

struct server;

/* One request while it is carried out. */
struct call {
    const struct slice *args; /* args[0] is the command's name */
    size_t nargs;
    struct server *server;
    struct keyspace *ks;
    struct reply reply; /* takes exactly one value */
};

/* Finds the command and runs it. Whatever the request says, it is answered. */
void command_run(struct call *call);

/* cmd_string.c */
void cmd_get(struct call *call);
void cmd_set(struct call *call);

/* cmd_keys.c */
void cmd_del(struct call *call);
void cmd_keys(struct call *call);

/* cmd_ttl.c */
void cmd_pexpire(struct call *call);
void cmd_pttl(struct call *call);

/* cmd_zset.c */
void cmd_zadd(struct call *call);
void cmd_zrem(struct call *call);
void cmd_zscore(struct call *call);
void cmd_zquery(struct call *call);

/* inspect.c */
void cmd_inspect(struct call *call);

#endif
