/*
 * command: what a request can ask for. A row of the table is a command.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "keyspace.h"
#include "reply_redis.h"
#include "slice.h"

struct command;
struct conn;
struct server;

/* One request while it is carried out. */
struct call {
    const struct slice *args; /* args[0] is the command's name */
    size_t nargs;
    struct server *server;
    struct conn *conn; /* NULL: the request is not that of a client */
    const struct command *cmd;
    struct keyspace *ks; /* the database that the client has selected */
    struct reply reply;  /* takes exactly one value */
    bool in_exec;        /* one of a transaction: it must not wait */
    bool may_pause;      /* it may set paused, and is called again */
    bool paused;         /* it has not replied yet */

    /* For a blocked client that is tried again: the key that was added. */
    const struct slice *came;
};

enum command_flags {
    CMD_READ = 1 << 0,
    CMD_WRITE = 1 << 1,
    CMD_FAST = 1 << 2, /* quick, however much data there are */
    CMD_ADMIN = 1 << 3,
    CMD_TWO_WORDS = 1 << 4, /* the second word says which command it is */
    CMD_READS_TOO = 1 << 5, /* it writes, but looks keys up for reading */
    CMD_KEYS_MOVE = 1 << 6, /* where the keys are depends on a number */
    CMD_NO_QUEUE = 1 << 7,  /* carried out at once within MULTI */
    CMD_NOT_MULTI = 1 << 8, /* an error within MULTI */
    CMD_BLOCKING = 1 << 9,
    CMD_NO_AUTH = 1 << 10, /* allowed before authentication */
    CMD_SHORT = 1 << 11,   /* as CMD_FAST, but Redis does not call it so */
};

struct command {
    const char *name; /* "client|id" for a command of two words */
    int arity; /* how many strings it takes, its name included; -n: n or more */
    void (*run)(struct call *call);
    int how; /* for a function behind several commands: which one it is */
    int flags;
    int first_key; /* index of the first key; 0: it has none */
    int last_key;  /* of the last; negative: counted from the end */
    int key_step;
};

/* Returns a call for a request of c. The caller must set its arguments. */
struct call command_of(struct server *s, struct conn *c);

/* Runs a command. The caller must have begun the reply, and must end it. */
void command_call(struct call *call, const struct command *cmd);

/* Ends the reply. If it is too big, it becomes an error, or the client is
 * dropped. */
void command_end(struct call *call);

/* A request that will run later, with a copy of its arguments. */
struct saved {
    struct saved *next;
    const struct command *cmd;
    size_t size; /* of all this, in bytes */
    size_t nargs;
    struct slice args[]; /* their bytes follow in the same memory */
};

/* Returns a copy of a request. The caller must free() it. */
struct saved *command_save(const struct call *call, const struct command *cmd);

#endif
