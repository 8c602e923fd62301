/*
 * awaited: keys that are not there, and that somebody waits for: to pop from
 * them (BZPOPMIN), or to know whether they have been there since (WATCH).
 *
 * Always true:
 * - a key is in its keyspace's map from the first awaited_join() for it until
 *   the last awaited_leave();
 * - the clients to be served stand in its list in the order of coming.
 */
#ifndef AWAITED_H
#define AWAITED_H

#include <stddef.h>
#include <stdint.h>

#include "hashtable.h"
#include "list.h"
#include "slice.h"

struct conn;
struct keyspace;

struct awaited {
    struct hnode node; /* in keyspace.awaited */
    struct keyspace *ks;
    struct list came;    /* on *keyspace.came: it has been added */
    struct list clients; /* struct waiter, each with a conn */
    size_t nothers;      /* how many have none */
    uint64_t times;      /* that the key was added */
    struct slice key;    /* its bytes follow */
};

/* One who waits for one key. */
struct waiter {
    struct list node;
    struct conn *conn; /* to be served when it comes; NULL: not that */
    struct awaited *key;
};

void awaited_join(struct keyspace *ks, struct slice key, struct waiter *w);
void awaited_leave(struct waiter *w);

/* A key is added. O(1) where nobody waits for it. */
void awaited_add(struct keyspace *ks, struct slice key, uint64_t hcode);

/* Its clients have been served as far as they can be: it is off the list. */
void awaited_served(struct awaited *a);

#endif
