/*
 * When you look up a key you have no entry yet, and the hashtable compares
 * nodes. So struct lookup stands in for one: a node with the hash code, and the
 * key. Every entry that leaves goes through remove_entry(), which takes it out
 * of all that it is part of.
 */
#include "keyspace.h"

#include <stdlib.h>
#include <string.h>

#include "container_of.h"
#include "hash.h"
#include "mem.h"

struct slice entry_key(const struct entry *e)
{
    return (struct slice){.data = e->key, .len = e->node.length};
}

static void entry_free(struct entry *e)
{
    if (e->zset)
        zset_clear(e->zset);
    free(e->zset);
    free(e->val);
    free(e);
}

/* A key to look for, in the form that the hashtable wants. */
struct lookup {
    struct hnode node;
    struct slice key;
};

static struct lookup lookup_of(struct slice key)
{
    return (struct lookup){
        .node = {.hcode = (uint32_t)hash_bytes(key),
                 .length = (uint32_t)key.len},
        .key = key,
    };
}

static bool key_eq(const struct hnode *node, const struct hnode *key)
{
    const struct entry *e = container_of(node, struct entry, node);
    const struct lookup *l = container_of(key, struct lookup, node);

    return slice_eq(entry_key(e), l->key);
}

/* Takes the entry out of all that it is part of, and frees it. */
static void remove_entry(struct keyspace *ks, struct entry *e)
{
    struct lookup l = {.node = e->node, .key = entry_key(e)};

    hmap_delete(&ks->map, &l.node, key_eq);
    heap_remove(&ks->expiries, &e->heap_index);
    entry_free(e);
}

struct entry *keyspace_find(struct keyspace *ks, struct slice key)
{
    struct lookup l = lookup_of(key);
    struct hnode *node = hmap_lookup(&ks->map, &l.node, key_eq);

    if (!node)
        return NULL;

    struct entry *e = container_of(node, struct entry, node);
    if (keyspace_is_due(ks, e)) {
        remove_entry(ks, e); /* the timer has not come to it yet */
        return NULL;
    }
    return e;
}

struct entry *keyspace_add(struct keyspace *ks, struct slice key)
{
    struct entry *e = mem_zalloc(1, sizeof *e + key.len);

    memcpy(e->key, key.data, key.len);
    e->heap_index = HEAP_NONE;
    e->type = ENTRY_STR;
    e->node = lookup_of(key).node;
    hmap_insert(&ks->map, &e->node);
    return e;
}

bool keyspace_del(struct keyspace *ks, struct slice key)
{
    struct entry *e = keyspace_find(ks, key);

    if (!e)
        return false;
    remove_entry(ks, e);
    return true;
}

static bool free_visited(struct hnode *node, void *arg)
{
    (void)arg;
    entry_free(container_of(node, struct entry, node));
    return true;
}

void keyspace_clear(struct keyspace *ks)
{
    hmap_foreach(&ks->map, free_visited, NULL);
    hmap_clear(&ks->map);
    heap_free(&ks->expiries);
}

void keyspace_expire_at(struct keyspace *ks, struct entry *e, uint64_t at)
{
    heap_set(&ks->expiries, &e->heap_index, at);
}

void keyspace_persist(struct keyspace *ks, struct entry *e)
{
    heap_remove(&ks->expiries, &e->heap_index);
}

bool keyspace_expiry(const struct keyspace *ks, const struct entry *e,
                     uint64_t *at)
{
    if (e->heap_index == HEAP_NONE)
        return false;
    *at = ks->expiries.items[e->heap_index].at;
    return true;
}

bool keyspace_is_due(const struct keyspace *ks, const struct entry *e)
{
    uint64_t at;

    return keyspace_expiry(ks, e, &at) && at <= ks->now_ms;
}

/* How much there is to free: the entry, and its members. */
static size_t work_of(const struct entry *e)
{
    return 1 + (e->zset ? zset_size(e->zset) : 0);
}

size_t keyspace_remove_due(struct keyspace *ks, size_t work)
{
    const struct heap *h = &ks->expiries;

    while (work > 0 && h->size > 0 && h->items[0].at <= ks->now_ms) {
        struct entry *e =
            container_of(h->items[0].index, struct entry, heap_index);
        size_t costs = work_of(e);
        remove_entry(ks, e);
        work -= costs < work ? costs : work;
    }
    return work;
}

struct slice entry_str(const struct entry *e)
{
    return (struct slice){.data = e->val, .len = e->val_len};
}

void entry_set_str(struct entry *e, struct slice val)
{
    e->val = mem_resize(e->val, val.len ? val.len : 1);
    memcpy(e->val, val.data, val.len);
    e->val_len = val.len;
}

struct zset *entry_make_zset(struct entry *e)
{
    e->type = ENTRY_ZSET;
    e->zset = mem_zalloc(1, sizeof *e->zset);
    return e->zset;
}
