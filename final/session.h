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

/* What a client calls itself and its library. Each is NULL or in memory of its
 * own. */
struct names {
    char *client;
    char *lib;
    char *lib_version;
};

/* All zero, but for id and addresses, is a client that has just come. */
struct session {
    uint64_t id;
    uint64_t since_ms;
    enum protocol proto;
    uint8_t db;   /* index of the database it has selected */
    bool trusted; /* it has said the password, or needed none when it came */
    struct names *names; /* NULL: it has told none */
    char *addr; /* of the client; behind its NUL, the one of this end. In
                 * memory of its own, too, and never NULL */
    const char *last_command;
    struct multi *multi; /* NULL: never used MULTI or WATCH */
    struct wait *wait;   /* NULL: not waiting in a blocking command */
};

/* Its names, to be set. */
struct names *session_names(struct session *s);

/* Releases all that a session holds. Call it before conn_free(), which knows
 * of bytes only. */
void session_end(struct session *s);

#endif
