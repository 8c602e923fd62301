#include "keyspace.h"

#include <stdlib.h>
#include <string.h>

#include "container_of.h"
#include "hash.h"
#include "mem.h"

/* A value up to so many bytes is kept in the entry's own memory. */
enum { SMALL_VALUE = 128 };

struct slice entry_key(const struct entry *e)
{
    return (struct slice){.data = e->key, .len = e->node.length};
}

/* Where a small value stands. */
static uint8_t *small_val(struct entry *e)
{
    return e->key + e->node.length;
}

/* Does the value stand in memory of its own? */
static bool is_outside(const struct entry *e)
{
    return e->value != e->key + e->node.length;
}

static void entry_free(struct entry *e)
{
    if (is_outside(e))
        type_row(e->type)->free(e->value);
    free(e);
}

/* For the pool. */
static void entry_free_job(void *arg)
{
    entry_free(arg);
}

static bool is_large(const struct entry *e)
{
    return is_outside(e) &&
           type_row(e->type)->work(e->value, e->len) > TYPES_LARGE;
}

static void tell(struct keyspace *ks, struct entry *e, enum key_change what)
{
    if (ks->changed)
        ks->changed(ks, e, what);
}

void keyspace_touched(struct keyspace *ks, struct entry *e)
{
    tell(ks, e, KEY_CHANGED);
}

/* A key to look for, in the form that the hashtable wants. */
struct lookup {
    struct hnode node;
    struct slice key;
};

/* The bytes of the key that was hashed before have not changed: where they
 * are says enough. */
static uint32_t hash_of(const struct keyspace *ks, struct slice key)
{
    bool known = key.data && key.data == ks->hashed.data &&
                 key.len == ks->hashed.len;

    return known ? ks->hcode : (uint32_t)hash_bytes(key);
}

void keyspace_remember_hash(struct keyspace *ks, struct slice key,
                            uint32_t hcode)
{
    ks->hashed = key;
    ks->hcode = hcode;
}

void keyspace_forget_hash(struct keyspace *ks)
{
    ks->hashed.data = NULL;
}

uint32_t keyspace_expect(const struct keyspace *ks, struct slice key)
{
    uint32_t hcode = (uint32_t)hash_bytes(key);

    hmap_prefetch_slot(&ks->map, hcode);
    return hcode;
}

void keyspace_expect_entry(const struct keyspace *ks, uint32_t hcode)
{
    hmap_prefetch_node(&ks->map, hcode);
}

static struct lookup lookup_of(const struct keyspace *ks, struct slice key)
{
    return (struct lookup){
        .node = {.hcode = hash_of(ks, key), .length = (uint32_t)key.len},
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

    tell(ks, e, KEY_REMOVED);
    hmap_delete(&ks->map, &l.node, key_eq);
    heap_remove(&ks->expiries, &e->heap_index);
    /* From here on nobody else can reach it. */
    if (is_large(e))
        thread_pool_queue(ks->pool, entry_free_job, e);
    else
        entry_free(e);
}

static struct entry *find(struct keyspace *ks, struct slice key)
{
    struct lookup l = lookup_of(ks, key);
    struct hnode *node = hmap_lookup(&ks->map, &l.node, key_eq);

    return node ? container_of(node, struct entry, node) : NULL;
}

struct entry *keyspace_find(struct keyspace *ks, struct slice key)
{
    struct entry *e = find(ks, key);

    if (e && keyspace_is_due(ks, e)) {
        remove_entry(ks, e); /* the timer has not come to it yet */
        return NULL;
    }
    return e;
}

bool keyspace_has(struct keyspace *ks, struct slice key)
{
    const struct entry *e = find(ks, key);

    return e && !keyspace_is_due(ks, e);
}

/* A value outside of the entry is NULL, and yet to be set. */
static struct entry *add(struct keyspace *ks, struct slice key,
                         enum entry_type type, size_t room)
{
    struct entry *e = mem_zalloc(1, sizeof *e + key.len + room);

    memcpy(e->key, key.data, key.len);
    e->room = room;
    e->heap_index = HEAP_NONE;
    e->type = type;
    e->node = lookup_of(ks, key).node;
    hmap_insert(&ks->map, &e->node);
    tell(ks, e, KEY_ADDED);
    return e;
}

static void set_str(struct entry *e, struct slice val)
{
    uint8_t *old = is_outside(e) ? e->value : NULL;

    e->value = val.len <= e->room ? small_val(e) : mem_alloc(val.len);
    if (val.len > 0)
        memmove(e->value, val.data, val.len); /* it may be a part of the old */
    e->len = val.len;
    free(old);
}

struct entry *keyspace_add_str(struct keyspace *ks, struct slice key,
                               struct slice val)
{
    struct entry *e =
        add(ks, key, ENTRY_STR, val.len <= SMALL_VALUE ? val.len : 0);

    e->value = small_val(e);
    set_str(e, val);
    return e;
}

struct entry *keyspace_add_zset(struct keyspace *ks, struct slice key)
{
    struct entry *e = add(ks, key, ENTRY_ZSET, 0);

    e->value = mem_zalloc(1, sizeof(struct zset));
    return e;
}

struct entry *keyspace_put_str(struct keyspace *ks, struct entry *e,
                               struct slice val)
{
    set_str(e, val);
    tell(ks, e, KEY_CHANGED);
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
    return keyspace_put_str(ks, e, val);
}

struct entry *keyspace_resize_str(struct keyspace *ks, struct entry *e,
                                  size_t len)
{
    if (is_outside(e)) {
        e->value = mem_resize(e->value, len ? len : 1);
    } else if (len > e->room) {
        e->value = memcpy(mem_alloc(len), small_val(e), e->len);
    }
    if (len > e->len)
        memset(entry_bytes(e) + e->len, 0, len - e->len);
    e->len = len;
    tell(ks, e, KEY_CHANGED);
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
    tell(ks, e, KEY_CHANGED);
}

void keyspace_persist(struct keyspace *ks, struct entry *e)
{
    if (e->heap_index == HEAP_NONE)
        return;
    heap_remove(&ks->expiries, &e->heap_index);
    tell(ks, e, KEY_CHANGED);
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
    return (struct slice){.data = e->value, .len = e->len};
}

uint8_t *entry_bytes(struct entry *e)
{
    return e->value;
}

struct zset *entry_zset(const struct entry *e)
{
    return e->value;
}

const char *entry_type_name(const struct entry *e)
{
    return type_row(e->type)->name;
}

/* Adds a key for a value outside of its entry. */
static struct entry *add_value(struct keyspace *ks, struct slice key,
                               enum entry_type type, void *value, size_t len)
{
    struct entry *e = add(ks, key, type, 0);

    e->value = value;
    e->len = len;
    return e;
}

static void copy_expiry(const struct keyspace *from, const struct entry *e,
                        struct keyspace *to, struct entry *copy)
{
    uint64_t at;

    if (keyspace_expiry(from, e, &at))
        keyspace_expire_at(to, copy, at);
}

void keyspace_copy(struct keyspace *from, const struct entry *e,
                   struct keyspace *to, struct slice key)
{
    struct entry *copy =
        is_outside(e)
            ? add_value(to, key, e->type,
                        type_row(e->type)->copy(e->value, e->len), e->len)
            : keyspace_add_str(to, key, entry_str(e));

    copy_expiry(from, e, to, copy);
}

void keyspace_move(struct keyspace *from, struct entry *e, struct keyspace *to,
                   struct slice key)
{
    struct entry *new = is_outside(e)
                            ? add_value(to, key, e->type, e->value, e->len)
                            : keyspace_add_str(to, key, entry_str(e));

    e->value = small_val(e); /* if it was outside, it is the other's now */
    copy_expiry(from, e, to, new);
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
    tell(ks, NULL, KEY_ALL_REMOVED);
    struct keyspace *old = mem_alloc(sizeof *old);
    *old = (struct keyspace){.map = ks->map, .expiries = ks->expiries};
    ks->map = (struct hmap){0};
    ks->expiries = (struct heap){0};
    thread_pool_queue(ks->pool, clear_job, old);
}
