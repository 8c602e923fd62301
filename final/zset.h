/*
 * zset: the sorted set: names, each with a score, found by either.
 *
 *                    +-- by name: hashtable
 *      znode --------+
 *                    +-- by (score, name): tree
 *
 * Always true:
 * - a member is one znode, and hangs in both; the set owns it;
 * - the order is by score, then by the bytes of the name; of two names of
 *   which one begins with the other, the shorter is first;
 * - no score is NaN: NaN has no place in any order.
 */
#ifndef ZSET_H
#define ZSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avl.h"
#include "blocks.h"
#include "hashtable.h"
#include "slice.h"

struct znode {
    struct avl_node by_score;
    double score; /* next to the node's children: see avl.h */
    struct hnode by_name;
    uint8_t name[]; /* by_name.length bytes, in the node's own memory */
};

/* All zero is an empty set. */
struct zset {
    struct avl_tree tree;
    struct hmap map;
    struct blocks *blocks; /* with the members; NULL: they are malloc()'s */
};

size_t zset_size(const struct zset *z);

struct slice znode_name(const struct znode *n);

/* Returns NULL where there is no such member. */
struct znode *zset_find(struct zset *z, struct slice name);

/* Adds a member, or gives it that score. Returns whether it is new. Afterwards
 * all other members may have moved in memory. */
bool zset_add(struct zset *z, struct slice name, double score);

/* For callers that have looked the name up. zset_insert() adds a member, which
 * must not be there yet; zset_move() gives a member another score. */
void zset_insert(struct zset *z, struct slice name, double score);
void zset_move(struct zset *z, struct znode *n, double score);

/* Removes a member. */
void zset_remove(struct zset *z, struct znode *n);

/* The first member that is not before (score, name), or NULL. */
struct znode *zset_seek(struct zset *z, double score, struct slice name);

/* The member after this one, or for side 0 the one before it, or NULL. */
struct znode *znode_next(const struct znode *n, int side);

/* The member so many places after this one, or NULL. */
struct znode *znode_offset(struct znode *n, int64_t offset);

/* Returns a member's rank: how many members come before it. */
size_t znode_rank(const struct znode *n);

/* Returns the member of that rank, or NULL if the set is not that large. */
struct znode *zset_at(const struct zset *z, size_t rank);

/* Returns whether a member is before some point. Must be true for all members
 * up to the point, in the set's order, and false for all after it. */
typedef bool zset_before(const struct znode *n, const void *point);

/* Returns the first member that is not before a point, or for side 0 the last
 * one that is; NULL if there is no such member. */
struct znode *zset_beside(const struct zset *z, zset_before *before,
                          const void *point, int side);

/* Returns how many members are before a point. O(log n). */
size_t zset_count(const struct zset *z, zset_before *before, const void *point);

/* Removes all members and releases everything. */
void zset_clear(struct zset *z);

#endif
