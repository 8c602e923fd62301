/*
 * keyspace: the data: keys, each with a value.
 *
 * Always true:
 * - no two entries have the same key, that is: the same bytes;
 * - keys and values are copies, owned by their entry;
 * - an expired entry is not found any more, removed or not.
 */
#ifndef KEYSPACE_H
#define KEYSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hashtable.h"
#include "heap.h"
#include "slice.h"
#include "zset.h"

enum entry_type {
    ENTRY_STR = 1,
    ENTRY_ZSET = 2,
};

struct entry {
    struct hnode node;
    uint32_t heap_index; /* where its time is; HEAP_NONE: it has no limit */
    enum entry_type type;
    struct zset *zset;
    uint8_t *val;
    size_t val_len;
    uint8_t key[]; /* node.length bytes, in the entry's own memory */
};

/* All zero is an empty keyspace. */
struct keyspace {
    struct hmap map;
    struct heap expiries;
    uint64_t now_ms; /* set by the loop, once a turn */
};

/* Returns NULL where there is no such key. */
struct entry *keyspace_find(struct keyspace *ks, struct slice key);

/* Adds a key that is not there yet, with the empty string as its value. */
struct entry *keyspace_add(struct keyspace *ks, struct slice key);

/* Returns whether there was such a key. */
bool keyspace_del(struct keyspace *ks, struct slice key);

/* Removes all keys and releases everything. */
void keyspace_clear(struct keyspace *ks);

/* From that time on the entry is gone. */
void keyspace_expire_at(struct keyspace *ks, struct entry *e, uint64_t at);

/* The entry has no time limit any more. */
void keyspace_persist(struct keyspace *ks, struct entry *e);

/* Stores when the entry expires. Returns false if it has no TTL. */
bool keyspace_expiry(const struct keyspace *ks, const struct entry *e,
                     uint64_t *at);

/* Is its time up? Such an entry is still in the map until it is removed. */
bool keyspace_is_due(const struct keyspace *ks, const struct entry *e);

/* Removes expired entries, until that much work is done: an entry is one, and
 * so is each of its members. Returns how much is left. */
size_t keyspace_remove_due(struct keyspace *ks, size_t work);

struct slice entry_key(const struct entry *e);

/* The value: valid until it is set anew or the entry is removed. */
struct slice entry_str(const struct entry *e);
void entry_set_str(struct entry *e, struct slice val);

/* Makes a new entry's value an empty sorted set, which it returns. */
struct zset *entry_make_zset(struct entry *e);

#endif
