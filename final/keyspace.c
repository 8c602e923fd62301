#include "keyspace.h"

#include <stdlib.h>
#include <string.h>

#include "awaited.h"
#include "container_of.h"
#include "hash.h"
#include "mem.h"

/* A set with more members takes longer to free than a turn may be delayed.
 * For a small one, handing it over would cost more than it saves. The same
 * goes for strings of so many bytes: their memory goes back to the system. */
enum { LARGE_ZSET = 1000, LARGE_STR = 1024 * 1024 };

/* A value up to so many bytes is kept in the entry's own memory. */
enum { SMALL_VALUE = 128 };

struct slice entry_key(const struct entry *e)
{
    return (struct slice){.data = e->key, .len = e->key_len};
}

/* Where a small value stands. */
static uint8_t *small_val(struct entry *e)
{
    return e->key + e->key_len;
}

static void entry_free(struct entry *e)
{
    if (e->zset)
        zset_clear(e->zset);
    free(e->zset);
    if (e->val != small_val(e))
        free(e->val);
    free(e);
}

/* For the pool. */
static void entry_free_job(void *arg)
{
    entry_free(arg);
}

static bool is_large(const struct entry *e)
{
    return e->val_len > LARGE_STR ||
           (e->zset && zset_size(e->zset) > LARGE_ZSET);
}

/* A key to look for, in the form that the hashtable wants. */
struct lookup {
    struct hnode node;
    struct slice key;
};

static struct lookup lookup_of(struct slice key)
{
    return (struct lookup){.node.hcode = hash_bytes(key), .key = key};
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
    struct lookup l = lookup_of(entry_key(e));

    hmap_delete(&ks->map, &l.node, key_eq);
    heap_remove(&ks->expiries, &e->heap_index);
    /* From here on nobody else can reach it. */
    if (is_large(e))
        thread_pool_queue(ks->pool, entry_free_job, e);
    else
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

static struct entry *add(struct keyspace *ks, struct slice key, size_t room)
{
    struct entry *e = mem_zalloc(1, sizeof *e + key.len + room);

    memcpy(e->key, key.data, key.len);
    e->key_len = key.len;
    e->room = room;
    e->val = small_val(e);
    e->heap_index = HEAP_NONE;
    e->type = ENTRY_STR;
    e->node.hcode = hash_bytes(key);
    hmap_insert(&ks->map, &e->node);
    entry_changed(e);
    awaited_add(ks, key, e->node.hcode);
    return e;
}

struct entry *keyspace_add(struct keyspace *ks, struct slice key)
{
    return add(ks, key, 0);
}

struct entry *keyspace_add_str(struct keyspace *ks, struct slice key,
                               struct slice val)
{
    struct entry *e = add(ks, key, val.len <= SMALL_VALUE ? val.len : 0);

    entry_set_str(e, val);
    return e;
}

struct entry *keyspace_set_str(struct keyspace *ks, struct entry *e,
                               struct slice key, struct slice val)
{
    if (e && (e->type != ENTRY_STR || is_large(e))) {
        remove_entry(ks, e);
        e = NULL;
    }
    if (!e)
        return keyspace_add_str(ks, key, val);
    keyspace_persist(ks, e);
    entry_set_str(e, val);
    return e;
}

uint8_t *entry_resize_str(struct entry *e, size_t len)
{
    uint8_t *old = e->val;

    if (old != small_val(e)) {
        e->val = mem_resize(old, len ? len : 1);
    } else if (len > e->room) {
        e->val = mem_alloc(len);
        memcpy(e->val, old, e->val_len);
    }
    if (len > e->val_len)
        memset(e->val + e->val_len, 0, len - e->val_len);
    e->val_len = len;
    entry_changed(e);
    return e->val;
}

/* Not a keyspace's own number: keys move between them. */
void entry_changed(struct entry *e)
{
    static uint64_t last_version;

    e->version = ++last_version;
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
    hmap_clear(&ks->awaited);
}

void keyspace_expire_at(struct keyspace *ks, struct entry *e, uint64_t at)
{
    heap_set(&ks->expiries, &e->heap_index, at);
    entry_changed(e);
}

void keyspace_persist(struct keyspace *ks, struct entry *e)
{
    if (e->heap_index == HEAP_NONE)
        return;
    heap_remove(&ks->expiries, &e->heap_index);
    entry_changed(e);
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

void keyspace_remove_due(struct keyspace *ks, size_t most)
{
    const struct heap *h = &ks->expiries;

    while (most-- > 0 && h->size > 0 && h->items[0].at <= ks->now_ms)
        remove_entry(ks, container_of(h->items[0].index, struct entry,
                                      heap_index));
}

struct slice entry_str(const struct entry *e)
{
    return (struct slice){.data = e->val, .len = e->val_len};
}

void entry_set_str(struct entry *e, struct slice val)
{
    uint8_t *old = e->val;

    e->val = val.len <= e->room ? small_val(e) : mem_alloc(val.len);
    if (val.len > 0)
        memmove(e->val, val.data, val.len); /* it may be a part of the old */
    e->val_len = val.len;
    if (old != small_val(e) && old != e->val)
        free(old);
    entry_changed(e);
}

struct zset *entry_make_zset(struct entry *e)
{
    e->type = ENTRY_ZSET;
    e->zset = mem_zalloc(1, sizeof *e->zset);
    return e->zset;
}

void keyspace_move(struct keyspace *from, struct entry *e, struct keyspace *to,
                   struct slice key)
{
    struct entry *new = add(to, key, e->type == ENTRY_STR ? e->room : 0);
    uint64_t at;

    new->type = e->type;
    new->zset = e->zset;
    e->zset = NULL;
    if (e->val == small_val(e)) {
        entry_set_str(new, entry_str(e));
    } else {
        new->val = e->val;
        new->val_len = e->val_len;
        e->val = small_val(e);
    }
    if (keyspace_expiry(from, e, &at))
        keyspace_expire_at(to, new, at);
    remove_entry(from, e);
}

size_t keyspace_size(const struct keyspace *ks)
{
    return hmap_size(&ks->map);
}

static void clear_job(void *arg)
{
    keyspace_clear(arg);
    free(arg);
}

void keyspace_flush(struct keyspace *ks)
{
    if (keyspace_size(ks) == 0)
        return;
    struct keyspace *old = mem_alloc(sizeof *old);
    *old = (struct keyspace){.map = ks->map, .expiries = ks->expiries};
    ks->map = (struct hmap){0};
    ks->expiries = (struct heap){0};
    thread_pool_queue(ks->pool, clear_job, old);
}
