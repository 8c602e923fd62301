/*
 * session: what the server remembers of a client between two requests.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "list.h"
#include "reply_out.h"

struct multi; /* see multi.h */
struct wait;  /* see blocking.h */

/* All zero, but for id and addresses, is a client that has just come. */
struct session {
    uint64_t id;
    uint64_t since_ms;
    enum protocol proto;
    size_t db;    /* index of the database it has selected */
    bool trusted; /* it has said the password, or needed none when it came */
    char *name;   /* these three are NULL or in memory of their own */
    char *lib_name;
    char *lib_ver;
    char *addr;  /* of the client, and of this end of its connection: these */
    char *laddr; /* two are in memory of their own, too, and never NULL */
    const char *last_command;
    struct multi *multi; /* NULL: never used MULTI or WATCH */
    struct wait *wait;   /* NULL: not waiting in a blocking command */
};

/* Releases all that a session holds. Call it before conn_free(), which knows
 * of bytes only. */
void session_end(struct session *s);

#endif
