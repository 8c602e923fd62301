/*
 * hashtable: nodes found by their hash code, in chains, while it grows.
 *
 *     slots                              slot = hcode & mask
 *     +---+
 *     | 0 | -> node -> node -> NULL      A node is embedded in what it finds:
 *     | 1 | -> NULL                      see container_of.h.
 *     | 2 | -> node -> NULL
 *     +---+
 *
 * When there are as many nodes as slots, a table of twice the size takes over,
 * and one of half the size when most slots are empty. Moving all nodes at once
 * would stall the server, so there are two tables for a while, and every
 * operation moves a few nodes from the older to the newer.
 *
 * Always true:
 * - a node is in exactly one of the two tables;
 * - nodes are only ever added to the newer one;
 * - the slots of the older table before migrate_pos are empty;
 * - a table that is coming has no nodes yet, and exists only while no older
 *   one does;
 * - the table owns its slots, never the nodes.
 */
#ifndef HASHTABLE_H
#define HASHTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HMAP_FIRST_SLOTS = 4,
    HMAP_MAX_LOAD = 1,   /* nodes per slot, on average, before it grows */
    HMAP_MIN_PART = 8,   /* slots per node, on average, before it shrinks */
    HMAP_MAX_MOVES = 4,  /* nodes that one operation moves */
    HMAP_MAX_SKIPS = 32, /* empty slots that one operation passes */
};

/* A large table that is full stays in use until its successor is prepared. By
 * then it may have this many more nodes than slots. */
#define HMAP_OVERFULL(nslots) ((nslots) / 32)

struct hnode {
    struct hnode *next;
    uint32_t hcode;
    uint32_t length; /* of what the code was made of */
};

struct htab {
    struct hnode **slots; /* NULL if the table has none */
    size_t mask;          /* number of slots, a power of two, less one */
    size_t size;          /* number of nodes */
};

/* All zero is an empty map. */
struct hmap {
    struct htab newer;
    struct htab older;
    size_t migrate_pos; /* the slot of older to move nodes from next */
    struct htab coming; /* takes over when its memory has been prepared */
    size_t prepared;    /* bytes of it */
};

/* Is the node what the key looks for? Asked only when hash codes and lengths
 * are the same. The key is a node too, embedded in whatever holds a key. */
typedef bool hmap_eq(const struct hnode *node, const struct hnode *key);

/* Called for a node. Returns false to see no more of them. */
typedef bool hmap_visit(struct hnode *node, void *arg);

/* Returns NULL where there is no such node. */
struct hnode *hmap_lookup(struct hmap *m, const struct hnode *key, hmap_eq *eq);

/* Adds a node whose hcode and length are set. Whether another one is equal is
 * for the caller to know. */
void hmap_insert(struct hmap *m, struct hnode *node);

/* Takes a node out and returns it; or NULL where there is no such node. */
struct hnode *hmap_delete(struct hmap *m, const struct hnode *key, hmap_eq *eq);

/* Puts node in the place of old. Both must have the same key, and node a copy
 * of its hash code and length. */
void hmap_replace(struct hmap *m, const struct hnode *old, struct hnode *node);

/* Start fetching the memory that a look-up will need. First the slot; once that
 * has arrived, the slot's first node and what follows it in memory; then, if
 * that is not the node looked for, the second. */
void hmap_prefetch_slot(const struct hmap *m, uint32_t hcode);
void hmap_prefetch_first(const struct hmap *m, uint32_t hcode);
void hmap_prefetch_second(const struct hmap *m, uint32_t hcode);

size_t hmap_size(const struct hmap *m);

/* Visits all nodes, in no useful order. A visit may free its node, but not
 * insert or delete any. */
void hmap_foreach(const struct hmap *m, hmap_visit *visit, void *arg);

/* Forgets all nodes and releases the slots. */
void hmap_clear(struct hmap *m);

#endif
