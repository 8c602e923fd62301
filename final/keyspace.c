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

/*
 * How an entry is stored. Header, key and a small string are one block, so that
 * a key and its value come from memory together. A longer string or a sorted
 * set is memory of its own ("outside"), and its address stands behind the key.
 * There is always room for an address, so a value can go outside, and be taken
 * out again, without moving the entry. A small string that grows moves it: see
 * enlarge().
 *
 * An expired key is removed when somebody looks it up, or by the timer,
 * whichever is first. Either way everybody is told, as of any other change.
 */

/* Returns the size of an entry with that much room behind its key: at least
 * enough for the address of a value. */
static size_t size_for(size_t key_len, size_t room)
{
    size_t least = sizeof(void *);

    return sizeof(struct entry) + key_len + (room < least ? least : room);
}

/* The header has only a byte for the size, in steps of 8. That is enough for a
 * block; a larger entry has a very long key, and only an address behind it. */
static size_t size_of(const struct entry *e)
{
    return e->units > 0 ? (size_t)e->units * BLOCKS_UNIT
                        : size_for(e->node.length, 0);
}

/* Returns the room behind the key, which is never too small for an address. */
static size_t room_of(const struct entry *e)
{
    return size_of(e) - sizeof *e - e->node.length;
}

/* Does such a string fit inside an entry, with both in one block? */
static bool is_small(size_t key_len, size_t val_len)
{
    return size_for(key_len, val_len) <= BLOCKS_MAX;
}

/* Returns what is behind the key: a small string, or the address of a value. */
static uint8_t *behind_key(const struct entry *e)
{
    return (uint8_t *)e->key + e->node.length;
}

/* memcpy(), because keys have any length, and an address behind one may not be
 * aligned. */
static void *value_of(const struct entry *e)
{
    void *value;

    memcpy(&value, behind_key(e), sizeof value);
    return value;
}

/* Puts a value outside. The entry must have none there: noutside counts those
 * that keyspace_clear() has to look for. */
static void set_value(struct keyspace *ks, struct entry *e, void *value)
{
    memcpy(behind_key(e), &value, sizeof value);
    ks->noutside += !e->is_outside;
    e->is_outside = true;
}

/* Takes the value out of an entry, which is left with an empty string. The
 * caller owns the value. */
static void *take_value(struct keyspace *ks, struct entry *e)
{
    void *value = value_of(e);

    ks->noutside--;
    e->is_outside = false;
    e->len = 0;
    return value;
}

/* Would freeing the value take too much of a turn? */
static bool is_large(const struct entry *e)
{
    return e->is_outside && type_row(e->type)->work(value_of(e)) > TYPES_LARGE;
}

/* Frees a value that is outside: a large one in the background. How large it is
 * must be asked first, while the entry still has it. */
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

/* One hook for all changes. A change that misses it breaks WATCH. */
static void tell(struct keyspace *ks, struct entry *e, enum key_change what)
{
    if (ks->changed)
        ks->changed(ks, e, what);
}

/* For changes that this file does not see, such as a member added to a set. */
void keyspace_touched(struct keyspace *ks, struct entry *e)
{
    tell(ks, e, KEY_CHANGED);
}

/* A key to look for, in the form that the hashtable wants. */
struct lookup {
    struct hnode node;
    struct slice key;
};

/* A batch hashes keys ahead, to fetch their memory. Their bytes have not
 * changed since, so the same address means the same key, and the same hash. */
static uint32_t hash_of(const struct keyspace *ks, struct slice key)
{
    bool known =
        key.data && key.data == ks->hashed.data && key.len == ks->hashed.len;

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

/* Each step needs what the one before it has fetched: the slot tells where the
 * first entry is, and that entry where the second is. So batch.c takes each
 * step for all keys of a round, and then the next. */
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

/* The table compares hash codes and lengths itself. It asks key_eq() only if
 * both are the same, so it nearly always agrees. */
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

    tell(ks, e, KEY_REMOVED); /* while its key can still be read */
    hmap_delete(&ks->map, &l.node, key_eq);
    heap_remove(&ks->expiries, &e->heap_index);
    free_value(ks, e);
    blocks_free(&ks->blocks, e, size_of(e));
}

/* Finds an entry, even one that has expired. */
static struct entry *find_entry(struct keyspace *ks, struct slice key)
{
    struct lookup l = lookup_of(ks, key);
    struct hnode *node = hmap_lookup(&ks->map, &l.node, key_eq);

    return node ? container_of(node, struct entry, node) : NULL;
}

struct entry *keyspace_find(struct keyspace *ks, struct slice key)
{
    struct entry *e = find_entry(ks, key);

    if (e && keyspace_is_due(ks, e)) {
        remove_entry(ks, e); /* the timer has not come to it yet */
        return NULL;
    }
    return e;
}

/* INFO's hits and misses are those of commands that read a value. A command
 * that only writes uses keyspace_find(), and counts nothing. */
struct entry *keyspace_read(struct keyspace *ks, struct slice key)
{
    struct entry *e = keyspace_find(ks, key);

    if (e)
        ks->hits++;
    else
        ks->misses++;
    return e;
}

/* Unlike keyspace_find() it removes nothing, so a listener may ask in the
 * middle of a change. */
bool keyspace_has(struct keyspace *ks, struct slice key)
{
    const struct entry *e = find_entry(ks, key);

    return e && !keyspace_is_due(ks, e);
}

/* Returns an entry with an empty string and that much room behind its key. It
 * is not in the table yet. What blocks_room() adds is room, too. */
static struct entry *new_entry(struct keyspace *ks, struct slice key,
                               size_t room)
{
    size_t size = blocks_room(size_for(key.len, room));
    struct entry *e = blocks_alloc(&ks->blocks, size);

    *e = (struct entry){
        .heap_index = HEAP_NONE,
        /* 0: too large for this field, see size_of() */
        .units = (uint8_t)(size <= BLOCKS_MAX ? size / BLOCKS_UNIT : 0),
        .type = ENTRY_STR,
    };
    memcpy(e->key, key.data, key.len);
    return e;
}

/* Adds an entry to the table. Its value comes after KEY_ADDED was told: a
 * listener may look at the key only, and serve those who wait for it later. */
static struct entry *add_entry(struct keyspace *ks, struct slice key,
                               size_t room)
{
    struct entry *e = new_entry(ks, key, room);

    e->node = lookup_of(ks, key).node;
    hmap_insert(&ks->map, &e->node);
    tell(ks, e, KEY_ADDED);
    return e;
}

/* Puts an entry with more room in the place of one. The table and the heap
 * point at the old one, and must learn of the new address; so must the callers,
 * which is why the functions that set a string return the entry. */
static struct entry *enlarge(struct keyspace *ks, struct entry *e, size_t room)
{
    struct entry *new = new_entry(ks, entry_key(e), room);
    uint8_t units = new->units;

    memcpy(new, e, sizeof *e); /* all but its size */
    new->units = units;
    memcpy(behind_key(new), behind_key(e),
           e->is_outside ? sizeof(void *) : e->len);
    hmap_replace(&ks->map, &e->node, &new->node);
    heap_moved(&ks->expiries, &new->heap_index);
    blocks_free(&ks->blocks, e, size_of(e));
    return new;
}

/* Returns a string of that length, for the caller to fill. */
static struct str *new_str(size_t len)
{
    struct str *s = mem_alloc(sizeof *s + len);

    s->len = len;
    return s;
}

/* Writes the string to where there is room for it: into the entry, into one
 * that is large enough, or outside. Tells nobody: the caller knows whether the
 * key was added or changed. */
static struct entry *set_str(struct keyspace *ks, struct entry *e,
                             struct slice val)
{
    if (!is_small(e->node.length, val.len)) {
        struct str *s = new_str(val.len);
        if (val.len > 0)
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

/* The entry gets the room that its string needs from the start, so that it
 * never moves right after it was added. */
struct entry *keyspace_add_str(struct keyspace *ks, struct slice key,
                               struct slice val)
{
    bool small = is_small(key.len, val.len);

    return set_str(ks, add_entry(ks, key, small ? val.len : 0), val);
}

/* Adds a key whose value is outside. The entry owns the value then. */
static struct entry *add_value(struct keyspace *ks, struct slice key,
                               enum entry_type type, void *value)
{
    struct entry *e = add_entry(ks, key, 0);

    e->type = type & 0xf; /* as wide as the field, for -Wconversion */
    set_value(ks, e, value);
    return e;
}

struct entry *keyspace_add_zset(struct keyspace *ks, struct slice key)
{
    return add_value(ks, key, ENTRY_ZSET, mem_zalloc(1, sizeof(struct zset)));
}

/* WATCH takes this as a change even if the string is the same, as in Redis. */
struct entry *keyspace_put_str(struct keyspace *ks, struct entry *e,
                               struct slice val)
{
    e = set_str(ks, e, val);
    tell(ks, e, KEY_CHANGED);
    return e;
}

/* The type changes after the old value is freed: only its own can free it. */
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

/* A string that is outside stays there, even if it is short enough now to fit
 * inside: APPEND and SETRANGE would only move it out again. */
static void resize_outside(struct entry *e, size_t len)
{
    struct str *s = mem_resize(value_of(e), sizeof *s + len);

    s->len = len;
    memcpy(behind_key(e), &s, sizeof s);
}

/* Moves a string that grows too long for its entry. */
static void move_outside(struct keyspace *ks, struct entry *e, size_t len)
{
    struct str *s = new_str(len);

    memcpy(s->bytes, behind_key(e), e->len);
    set_value(ks, e, s);
}

/* The same three places as in set_str(), but here the bytes are kept. New ones
 * are zeroed: SETRANGE and SETBIT may leave a gap before what they write. */
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

/* Frees what blocks_drop() does not: values outside, and entries too large for
 * a block. Returns false when nothing is left, which ends the walk. */
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

/* If all values are small, no entry is visited: dropping pages frees them. */
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

/* A key without a TTL does not change, so WATCH must not hear of it. */
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

/* Returns what removing an entry costs this turn: one unit, and its value's
 * work unless the pool frees that. */
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

/* Outside this file a string looks the same wherever it is stored. Its place
 * may change whenever it is set, so nobody may keep the slice. */
struct slice entry_str(const struct entry *e)
{
    if (e->is_outside) {
        const struct str *s = value_of(e);
        return (struct slice){.data = s->bytes, .len = s->len};
    }
    return (struct slice){.data = behind_key(e), .len = e->len};
}

/* The same as bytes to write to: keyspace_resize_str() makes the room. */
uint8_t *entry_bytes(struct entry *e)
{
    return e->is_outside ? ((struct str *)value_of(e))->bytes : behind_key(e);
}

/* The caller must have checked the type: another value looks no different. */
struct zset *entry_zset(const struct entry *e)
{
    return value_of(e);
}

const char *entry_type_name(const struct entry *e)
{
    return type_row(e->type)->name;
}

/* Gives copy the TTL of e, if it has one. */
static void copy_expiry(const struct keyspace *from, const struct entry *e,
                        struct keyspace *to, struct entry *copy)
{
    uint64_t at;

    if (keyspace_expiry(from, e, &at))
        keyspace_expire_at(to, copy, at);
}

/* A string inside is copied with its entry; what is outside, by its type. */
void keyspace_copy(struct keyspace *from, const struct entry *e,
                   struct keyspace *to, struct slice key)
{
    const struct value_type *type = type_row(e->type);
    struct entry *copy =
        e->is_outside ? add_value(to, key, e->type, type->copy(value_of(e)))
                      : keyspace_add_str(to, key, entry_str(e));

    copy_expiry(from, e, to, copy);
}

/* Of a value outside only the address moves, so RENAME takes the same time for
 * a large set as for a small one. The old entry goes last: its TTL is still
 * needed. By then it has nothing left to free, and whoever watches its key is
 * told as if it had been deleted. */
void keyspace_move(struct keyspace *from, struct entry *e, struct keyspace *to,
                   struct slice key)
{
    struct entry *new = e->is_outside
                            ? add_value(to, key, e->type, take_value(from, e))
                            : keyspace_add_str(to, key, entry_str(e));

    copy_expiry(from, e, to, new);
    remove_entry(from, e);
}

size_t keyspace_size(const struct keyspace *ks)
{
    return hmap_size(&ks->map);
}

/* For the pool. No other thread knows this keyspace, so there is no lock. */
static void clear_job(void *arg)
{
    keyspace_clear(arg);
    free(arg);
}

/* The keyspace gives all its memory to a copy of itself, which the pool clears,
 * and goes on empty: that takes no longer for a million keys than for one.
 * Watchers are told first, while it can still be seen which of their keys
 * exist. */
void keyspace_flush(struct keyspace *ks)
{
    if (keyspace_size(ks) == 0)
        return;
    tell(ks, NULL, KEY_ALL_REMOVED);
    struct keyspace *old = mem_alloc(sizeof *old);
    /* What keys own is given away; pool, listener and counters stay. */
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
