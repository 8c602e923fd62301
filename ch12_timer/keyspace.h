/*
 * keyspace: the data: keys, each with a value.
 *
 * Always true:
 * - no two entries have the same key, that is: the same bytes;
 * - keys and values are copies, owned by their entry.
 */
#ifndef KEYSPACE_H
#define KEYSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hashtable.h"
#include "slice.h"
#include "zset.h"

enum entry_type {
    ENTRY_STR = 1,
    ENTRY_ZSET = 2,
};

struct entry {
    struct hnode node;
    enum entry_type type;
    struct zset *zset;
    uint8_t *val;
    size_t val_len;
    uint8_t key[]; /* node.length bytes, in the entry's own memory */
};

/* All zero is an empty keyspace. */
struct keyspace {
    struct hmap map;
};

/* Returns NULL where there is no such key. */
struct entry *keyspace_find(struct keyspace *ks, struct slice key);

/* Adds a key that is not there yet, with the empty string as its value. */
struct entry *keyspace_add(struct keyspace *ks, struct slice key);

/* Returns whether there was such a key. */
bool keyspace_del(struct keyspace *ks, struct slice key);

/* Removes all keys and releases everything. */
void keyspace_clear(struct keyspace *ks);

struct slice entry_key(const struct entry *e);

/* The value: valid until it is set anew or the entry is removed. */
struct slice entry_str(const struct entry *e);
void entry_set_str(struct entry *e, struct slice val);

/* Makes a new entry's value an empty sorted set, which it returns. */
struct zset *entry_make_zset(struct entry *e);

#endif
