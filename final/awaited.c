/*
 * The records of all databases are in one hashtable, and are compared by
 * database and key. Every change of every key passes awaited_changed(), so it
 * must cost nothing for keys that nobody waits for. So an entry is marked while
 * its key has a record, and only marked and new ones are looked up. A watcher
 * that has been told is taken off its list: it is told once, however often the
 * key changes then.
 */
#include "awaited.h"

#include <stdlib.h>
#include <string.h>

#include "container_of.h"
#include "hash.h"
#include "mem.h"
#include "server.h"

static struct awaited *of_node(const struct hnode *node)
{
    return container_of(node, struct awaited, node);
}

static bool same_key(const struct hnode *node, const struct hnode *key)
{
    const struct awaited *a = of_node(node);
    const struct awaited *b = of_node(key);

    return a->ks == b->ks && slice_eq(a->key, b->key);
}

static struct hnode node_of(struct slice key)
{
    return (struct hnode){.hcode = (uint32_t)hash_bytes(key),
                          .length = (uint32_t)key.len};
}

/* Returns the record of a key, or NULL if nobody is interested in it. */
static struct awaited *find(struct server *s, struct keyspace *ks,
                            struct slice key)
{
    struct awaited wanted = {.node = node_of(key), .ks = ks, .key = key};
    struct hnode *node = hmap_lookup(&s->awaited, &wanted.node, same_key);

    return node ? of_node(node) : NULL;
}

/* A record and its copy of the key are one piece of memory, because the key
 * that was asked for is a slice of a request, which will be gone. */
static struct awaited *new_record(struct server *s, struct keyspace *ks,
                                  struct slice key)
{
    struct awaited *a = mem_zalloc(1, sizeof *a + key.len);

    memcpy(a + 1, key.data, key.len);
    a->key = (struct slice){.data = (uint8_t *)(a + 1), .len = key.len};
    a->server = s;
    a->ks = ks;
    a->node = node_of(key);
    list_init(&a->came);
    list_init(&a->blocked);
    list_init(&a->watching);
    hmap_insert(&s->awaited, &a->node);
    return a;
}

/* Counts the waiter. One that has been told of a change is on no list any more,
 * but still points to the record, which must stay until it leaves. */
static void enter(struct server *s, struct keyspace *ks, struct slice key,
                  struct waiter *w)
{
    struct awaited *a = find(s, ks, key);

    *w = (struct waiter){.key = a ? a : new_record(s, ks, key)};
    w->key->nwaiters++;
}

/* At the end of the list: the client that blocked first is served first. */
void awaited_join(struct server *s, struct keyspace *ks, struct slice key,
                  struct waiter *w, struct conn *c)
{
    enter(s, ks, key, w);
    w->conn = c;
    list_append(&w->key->blocked, &w->node);
}

/* A key that does not exist yet has no entry to mark. It need not: when a key
 * is added, its record is looked for in any case. */
void awaited_watch(struct server *s, struct keyspace *ks, struct slice key,
                   struct waiter *w)
{
    struct entry *e = keyspace_find(ks, key);

    if (e)
        e->watched = true;
    enter(s, ks, key, w);
    list_append(&w->key->watching, &w->node);
}

/* A record on server.came stays, even without waiters: wait_serve() has it. */
static void free_unless_needed(struct awaited *a)
{
    if (a->nwaiters > 0 || !list_is_empty(&a->came))
        return;
    hmap_delete(&a->server->awaited, &a->node, same_key);
    free(a);
}

/* A waiter that was told is on no list, and list_detach() leaves it so. */
void awaited_leave(struct waiter *w)
{
    list_detach(&w->node);
    w->key->nwaiters--;
    free_unless_needed(w->key);
}

/* They look at w->changed at EXEC, so telling them is setting that. */
static void tell_watchers(struct awaited *a)
{
    while (!list_is_empty(&a->watching)) {
        struct waiter *w = container_of(a->watching.next, struct waiter, node);
        w->changed = true;
        list_detach(&w->node);
    }
}

/* All keys of a database are being removed: that changes those that exist. */
static bool visit_all(struct hnode *node, void *ks)
{
    struct awaited *a = of_node(node);

    if (a->ks == ks && keyspace_has(ks, a->key))
        tell_watchers(a);
    return true;
}

/* The cheap checks come first. A mark may be left over from a watcher that has
 * left: it is taken off here, when no record is found. Blocked clients are not
 * served in the middle of a command, but by wait_serve() after it. */
void awaited_changed(struct keyspace *ks, struct entry *e, enum key_change what)
{
    struct server *s = ks->listener;

    if (hmap_size(&s->awaited) == 0)
        return;
    if (what == KEY_ALL_REMOVED) {
        hmap_foreach(&s->awaited, visit_all, ks);
        return;
    }
    if (what != KEY_ADDED && !e->watched)
        return;
    struct awaited *a = find(s, ks, entry_key(e));
    e->watched = a != NULL; /* a new entry is not marked yet */
    if (!a)
        return;
    tell_watchers(a);
    /* On the list once, however many clients wait for the key. */
    if (what == KEY_ADDED && !list_is_empty(&a->blocked) &&
        list_is_empty(&a->came))
        list_append(&s->came, &a->came);
}

/* The waiters may have left meanwhile: only now can the record go with them. */
void awaited_served(struct awaited *a)
{
    list_detach(&a->came);
    free_unless_needed(a);
}
