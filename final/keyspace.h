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

#include "blocks.h"
#include "hashtable.h"
#include "heap.h"
#include "slice.h"
#include "thread_pool.h"
#include "types.h"
#include "zset.h"

/*
 * A key and its value, in one block of memory if they are small:
 *
 *     | node | heap_index | len ... | key | value    |
 *     | node | heap_index | len ... | key | address  |--> value
 */
struct entry {
    struct hnode node;
    uint32_t heap_index;   /* where its time is; HEAP_NONE: it has no limit */
    uint16_t len;          /* of a string that is in here */
    uint8_t units;         /* size of all this, in BLOCKS_UNIT; 0: too large */
    uint8_t type : 4;      /* an enum entry_type */
    uint8_t is_outside : 1; /* only the value's address is in here */
    uint8_t watched : 1; /* the listener's mark: somebody wants to hear of
                          * this key */
    uint8_t key[];       /* node.length bytes; the value follows */
};

/* What happens to a key. */
enum key_change {
    KEY_ADDED,
    KEY_CHANGED, /* its value or its time limit */
    KEY_REMOVED, /* in a moment: the entry still exists */
    KEY_ALL_REMOVED, /* the same for all keys: the entry is NULL */
};

struct keyspace;

/* Called for every change. It must not change the keyspace. */
typedef void keyspace_told(struct keyspace *ks, struct entry *e,
                           enum key_change what);

/* All zero is an empty keyspace. */
struct keyspace {
    struct hmap map;
    struct heap expiries;
    struct blocks blocks; /* the entries */
    size_t noutside;      /* values that are not in their entries */
    uint64_t now_ms; /* set by the loop, once a turn */
    uint64_t hits;   /* look-ups by keyspace_read() that found the key */
    uint64_t misses; /* and those that did not */
    struct slice hashed; /* a key whose hash is known: hcode. See below */
    uint32_t hcode;
    struct thread_pool *pool; /* frees what is large */
    keyspace_told *changed;   /* NULL: nobody wants to know */
    void *listener;           /* for that function */
};

/* Returns the entry of a key, or NULL. Removes it if it has expired. */
struct entry *keyspace_find(struct keyspace *ks, struct slice key);

/* The same for commands that read the value: counts a hit or a miss. */
struct entry *keyspace_read(struct keyspace *ks, struct slice key);

/* Returns whether there is such a key. Removes nothing. */
bool keyspace_has(struct keyspace *ks, struct slice key);

/* Start fetching the memory that a look-up will need. The first fetches the
 * key's slot, and returns the key's hash. Once that has arrived, the next one
 * fetches the first entry there; and then the last one, the second entry. */
uint32_t keyspace_expect(const struct keyspace *ks, struct slice key);
void keyspace_expect_first(const struct keyspace *ks, uint32_t hcode);
void keyspace_expect_second(const struct keyspace *ks, uint32_t hcode);

/* Remembers a key's hash, so that it is not computed again. The caller must
 * have it forgotten before the key's bytes may change. */
void keyspace_remember_hash(struct keyspace *ks, struct slice key,
                            uint32_t hcode);
void keyspace_forget_hash(struct keyspace *ks);

/* Adds a key with that string as its value. The key must not exist yet. */
struct entry *keyspace_add_str(struct keyspace *ks, struct slice key,
                               struct slice val);

/* The same with an empty sorted set. */
struct entry *keyspace_add_zset(struct keyspace *ks, struct slice key);

/* Gives a key that string as its value, whatever it had before, and no TTL. e
 * must be its entry, or NULL if the key does not exist yet. Returns the entry,
 * which may have moved. */
struct entry *keyspace_set_str(struct keyspace *ks, struct entry *e,
                               struct slice key, struct slice val);

/* The same for a key that has a string. Its TTL stays. */
struct entry *keyspace_put_str(struct keyspace *ks, struct entry *e,
                               struct slice val);

/* Makes the string that long, with zero bytes at the end if it grows. The
 * caller may then write to entry_bytes(). Returns the entry, which may have
 * moved. */
struct entry *keyspace_resize_str(struct keyspace *ks, struct entry *e,
                                  size_t len);

/* Must be called when a value was changed in any other way than through this
 * file. */
void keyspace_touched(struct keyspace *ks, struct entry *e);

/* Adds a key, to the same keyspace or another one, with a copy of the entry's
 * value and TTL. The key must not exist there yet. */
void keyspace_copy(struct keyspace *from, const struct entry *e,
                   struct keyspace *to, struct slice key);

/* Moves an entry's value and TTL to another key, of the same keyspace or
 * another one. The key must not exist there yet. */
void keyspace_move(struct keyspace *from, struct entry *e, struct keyspace *to,
                   struct slice key);

/* Returns the number of keys, including expired ones that are still here. */
size_t keyspace_size(const struct keyspace *ks);

/* Removes all keys. The pool releases the memory. */
void keyspace_flush(struct keyspace *ks);

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
 * freeing its value here what its type says. Returns how much is left. */
size_t keyspace_remove_due(struct keyspace *ks, size_t work);

struct slice entry_key(const struct entry *e);

/* The value of a string: valid until it is set anew or the entry is removed. */
struct slice entry_str(const struct entry *e);
uint8_t *entry_bytes(struct entry *e);

/* The value of a sorted set. */
struct zset *entry_zset(const struct entry *e);

/* Returns the name of the entry's type, in the words of TYPE. */
const char *entry_type_name(const struct entry *e);

#endif
