/*
 * awaited: keys that somebody wants to hear of. Blocked clients wait for a key
 * to be added (BZPOPMIN); transactions watch whether one has changed (WATCH).
 *
 * Always true:
 * - a key has a record in server.awaited from the first awaited_join() or
 *   awaited_watch() for it until the last awaited_leave();
 * - blocked clients are in its list in the order in which they blocked;
 * - an entry whose key is watched says so (entry.watched), so that a change
 *   of any other costs nothing.
 */
#ifndef AWAITED_H
#define AWAITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hashtable.h"
#include "keyspace.h"
#include "list.h"
#include "slice.h"

struct conn;
struct server;

/* A key's record. */
struct awaited {
    struct hnode node; /* in server.awaited */
    struct server *server;
    struct keyspace *ks;
    struct list came;     /* on server.came: it has been added */
    struct list blocked;  /* struct waiter, each with a conn */
    struct list watching; /* struct waiter, not yet changed */
    size_t nwaiters;      /* on these lists, or changed */
    struct slice key;     /* its bytes follow */
};

/* One interest in one key. */
struct waiter {
    struct list node;
    struct awaited *key;
    struct conn *conn; /* the blocked client; NULL: somebody watches */
    bool changed;      /* since it was watched */
};

/* Has the client wait until the key is added. */
void awaited_join(struct server *s, struct keyspace *ks, struct slice key,
                  struct waiter *w, struct conn *c);

/* Watches a key: from here on w->changed tells whether it has changed. */
void awaited_watch(struct server *s, struct keyspace *ks, struct slice key,
                   struct waiter *w);

/* Ends an interest. The record is freed with its last one. */
void awaited_leave(struct waiter *w);

/* Must be called for every change of the server's keyspaces. */
void awaited_changed(struct keyspace *ks, struct entry *e,
                     enum key_change what);

/* Takes the key off server.came, after its clients have been served as far as
 * possible. Frees the record if nobody is interested any more. */
void awaited_served(struct awaited *a);

#endif
