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

/* What an entry takes with so much behind its key: at least room for the
 * address of a value. */
static size_t size_for(size_t key_len, size_t room)
{
    size_t least = sizeof(void *);

    return sizeof(struct entry) + key_len + (room < least ? least : room);
}

static size_t size_of(const struct entry *e)
{
    return e->units > 0 ? (size_t)e->units * BLOCKS_UNIT
                        : size_for(e->node.length, 0);
}

static size_t room_of(const struct entry *e)
{
    return size_of(e) - sizeof *e - e->node.length;
}

static bool is_small(size_t key_len, size_t val_len)
{
    return size_for(key_len, val_len) <= BLOCKS_MAX;
}

/* What stands behind the key: a small string, or the address of a value. */
static uint8_t *behind_key(const struct entry *e)
{
    return (uint8_t *)e->key + e->node.length;
}

static void *value_of(const struct entry *e)
{
    void *value;

    memcpy(&value, behind_key(e), sizeof value);
    return value;
}

static void set_value(struct keyspace *ks, struct entry *e, void *value)
{
    memcpy(behind_key(e), &value, sizeof value);
    ks->noutside += !e->is_outside;
    e->is_outside = true;
}

/* Takes the value out of an entry, which has an empty string then. */
static void *take_value(struct keyspace *ks, struct entry *e)
{
    void *value = value_of(e);

    ks->noutside--;
    e->is_outside = false;
    e->len = 0;
    return value;
}

static bool is_large(const struct entry *e)
{
    return e->is_outside &&
           type_row(e->type)->work(value_of(e)) > TYPES_LARGE;
}

/* Frees what is outside of the entry. */
static void free_value(struct keyspace *ks, struct entry *e)
{
    const struct value_type *type = type_row(e->type);
    bool large = is_large(e);

    if (!e->is_outside)
        return;
    void *value = take_value(ks, e);
    /* From here on nobody else can reach it. */
    if (large)
        thread_pool_queue(ks->pool, type->free, value);
    else
        type->free(value);
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

void keyspace_expect_first(const struct keyspace *ks, uint32_t hcode)
{
    hmap_prefetch_first(&ks->map, hcode);
}

void keyspace_expect_second(const struct keyspace *ks, uint32_t hcode)
{
    hmap_prefetch_second(&ks->map, hcode);
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
    free_value(ks, e);
    blocks_free(&ks->blocks, e, size_of(e));
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

struct entry *keyspace_read(struct keyspace *ks, struct slice key)
{
    struct entry *e = keyspace_find(ks, key);

    if (e)
        ks->hits++;
    else
        ks->misses++;
    return e;
}

bool keyspace_has(struct keyspace *ks, struct slice key)
{
    const struct entry *e = find(ks, key);

    return e && !keyspace_is_due(ks, e);
}

/* An entry with an empty string, and room behind its key, that is not in the
 * table yet. */
static struct entry *new_entry(struct keyspace *ks, struct slice key,
                               size_t room)
{
    size_t size = blocks_room(size_for(key.len, room));
    struct entry *e = blocks_alloc(&ks->blocks, size);

    *e = (struct entry){
        .heap_index = HEAP_NONE,
        .units = (uint8_t)(size <= BLOCKS_MAX ? size / BLOCKS_UNIT : 0),
        .type = ENTRY_STR,
    };
    memcpy(e->key, key.data, key.len);
    return e;
}

static struct entry *add(struct keyspace *ks, struct slice key, size_t room)
{
    struct entry *e = new_entry(ks, key, room);

    e->node = lookup_of(ks, key).node;
    hmap_insert(&ks->map, &e->node);
    tell(ks, e, KEY_ADDED);
    return e;
}

/* Puts an entry with more room in the place of one. */
static struct entry *enlarge(struct keyspace *ks, struct entry *e, size_t room)
{
    struct entry *new = new_entry(ks, entry_key(e), room);
    uint8_t units = new->units;

    memcpy(new, e, sizeof *e);
    new->units = units;
    memcpy(behind_key(new), behind_key(e), e->is_outside ? sizeof(void *)
                                                         : e->len);
    hmap_replace(&ks->map, &e->node, &new->node);
    heap_moved(&ks->expiries, &new->heap_index);
    blocks_free(&ks->blocks, e, size_of(e));
    return new;
}

/* An empty string for that many bytes. */
static struct str *new_str(size_t len)
{
    struct str *s = mem_alloc(sizeof *s + len);

    s->len = len;
    return s;
}

/* The string is written to where there is room for it: in the entry, in one
 * that is large enough, or outside. */
static struct entry *set_str(struct keyspace *ks, struct entry *e,
                             struct slice val)
{
    if (!is_small(e->node.length, val.len)) {
        struct str *s = new_str(val.len);
        memcpy(s->bytes, val.data, val.len);
        free_value(ks, e);
        set_value(ks, e, s);
        return e;
    }
    free_value(ks, e);
    if (val.len > room_of(e))
        e = enlarge(ks, e, val.len);
    if (val.len > 0)
        memcpy(behind_key(e), val.data, val.len);
    e->len = (uint16_t)val.len;
    return e;
}

struct entry *keyspace_add_str(struct keyspace *ks, struct slice key,
                               struct slice val)
{
    bool small = is_small(key.len, val.len);

    return set_str(ks, add(ks, key, small ? val.len : 0), val);
}

/* Adds a key for a value that is not in its entry. */
static struct entry *add_value(struct keyspace *ks, struct slice key,
                               enum entry_type type, void *value)
{
    struct entry *e = add(ks, key, 0);

    e->type = type & 0xf;
    set_value(ks, e, value);
    return e;
}

struct entry *keyspace_add_zset(struct keyspace *ks, struct slice key)
{
    return add_value(ks, key, ENTRY_ZSET, mem_zalloc(1, sizeof(struct zset)));
}

struct entry *keyspace_put_str(struct keyspace *ks, struct entry *e,
                               struct slice val)
{
    e = set_str(ks, e, val);
    tell(ks, e, KEY_CHANGED);
    return e;
}

struct entry *keyspace_set_str(struct keyspace *ks, struct entry *e,
                               struct slice key, struct slice val)
{
    if (!e)
        return keyspace_add_str(ks, key, val);
    free_value(ks, e);
    e->type = ENTRY_STR;
    keyspace_persist(ks, e);
    return keyspace_put_str(ks, e, val);
}

/* The bytes of a string that is outside stay there. */
static void resize_outside(struct entry *e, size_t len)
{
    struct str *s = mem_resize(value_of(e), sizeof *s + len);

    s->len = len;
    memcpy(behind_key(e), &s, sizeof s);
}

static void move_outside(struct keyspace *ks, struct entry *e, size_t len)
{
    struct str *s = new_str(len);

    memcpy(s->bytes, behind_key(e), e->len);
    set_value(ks, e, s);
}

struct entry *keyspace_resize_str(struct keyspace *ks, struct entry *e,
                                  size_t len)
{
    size_t old = entry_str(e).len;

    if (e->is_outside) {
        resize_outside(e, len);
    } else if (!is_small(e->node.length, len)) {
        move_outside(ks, e, len);
    } else {
        if (len > room_of(e))
            e = enlarge(ks, e, len);
        e->len = (uint16_t)len;
    }
    if (len > old)
        memset(entry_bytes(e) + old, 0, len - old);
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

/* Frees what blocks_drop() does not. */
static bool free_visited(struct hnode *node, void *arg)
{
    struct entry *e = container_of(node, struct entry, node);
    struct keyspace *ks = arg;

    if (e->is_outside)
        type_row(e->type)->free(take_value(ks, e));
    if (e->units == 0)
        blocks_free(&ks->blocks, e, size_of(e));
    return ks->noutside > 0 || ks->blocks.nlarge > 0;
}

void keyspace_clear(struct keyspace *ks)
{
    if (ks->noutside > 0 || ks->blocks.nlarge > 0)
        hmap_foreach(&ks->map, free_visited, ks);
    blocks_drop(&ks->blocks);
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

/* What a turn has to do to remove an entry. */
static size_t work_of(const struct entry *e)
{
    size_t work = e->is_outside ? type_row(e->type)->work(value_of(e)) : 0;

    return 1 + (work > TYPES_LARGE ? 0 : work);
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
    if (e->is_outside) {
        const struct str *s = value_of(e);
        return (struct slice){.data = s->bytes, .len = s->len};
    }
    return (struct slice){.data = behind_key(e), .len = e->len};
}

uint8_t *entry_bytes(struct entry *e)
{
    return e->is_outside ? ((struct str *)value_of(e))->bytes : behind_key(e);
}

struct zset *entry_zset(const struct entry *e)
{
    return value_of(e);
}

const char *entry_type_name(const struct entry *e)
{
    return type_row(e->type)->name;
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
    const struct value_type *type = type_row(e->type);
    struct entry *copy =
        e->is_outside
            ? add_value(to, key, e->type, type->copy(value_of(e)))
            : keyspace_add_str(to, key, entry_str(e));

    copy_expiry(from, e, to, copy);
}

void keyspace_move(struct keyspace *from, struct entry *e, struct keyspace *to,
                   struct slice key)
{
    struct entry *new =
        e->is_outside
            ? add_value(to, key, e->type, take_value(from, e))
            : keyspace_add_str(to, key, entry_str(e));

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
    *old = (struct keyspace){.map = ks->map,
                             .expiries = ks->expiries,
                             .blocks = ks->blocks,
                             .noutside = ks->noutside};
    ks->map = (struct hmap){0};
    ks->expiries = (struct heap){0};
    ks->blocks = (struct blocks){0};
    ks->noutside = 0;
    thread_pool_queue(ks->pool, clear_job, old);
}
