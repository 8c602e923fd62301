/*
 * session: what the server remembers about a client between two requests.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
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

/* A CLIENT LIST that is under way. */
struct client_list {
    struct buf text; /* the lines so far */
    size_t next;     /* where to go on in s->conns */
};

/* A new client's is all zero, but for id, since_ms, trusted and addr. */
struct session {
    uint64_t id;
    uint64_t since_ms;
    enum protocol proto;
    uint8_t db;   /* index of the database it has selected */
    bool trusted; /* it has authenticated, or needed no password at first */
    struct names *names; /* NULL: it has given none */
    char *addr; /* of the client; behind its NUL, the one of this end. In
                 * memory of its own, too, and never NULL */
    const char *last_command;
    struct multi *multi; /* NULL: never used MULTI or WATCH */
    struct wait *wait;   /* NULL: not waiting in a blocking command */
    struct client_list *list;
};

/* Returns its names, to be set: allocated, if there were none. */
struct names *session_names(struct session *s);

void session_drop_list(struct session *s);

/* Releases all that a session holds. Must be called before conn_free(), which
 * only knows about bytes. */
void session_end(struct session *s);

#endif
