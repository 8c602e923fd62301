/*
 * avl: a search tree that stays balanced, and counts.
 *
 *              d            A node is embedded in what it orders: see
 *            /   \          container_of.h. The tree knows no keys; who
 *          b       e        inserts a node has searched for its place.
 *         / \       \
 *        a   c       f      height 3, count 6
 *
 * Always true, for every node:
 * - all in child[0] come before it, all in child[1] after it;
 * - height is the number of levels from it down: 1 for a leaf;
 * - the heights of its two subtrees differ by one at most, so that a tree of
 *   n nodes has at most 1.45 log2(n) + 1 levels;
 * - count is the number of nodes in its subtree, itself included: at most
 *   4 billion, which would fill 300 GB.
 *
 * Other balanced trees would do: red-black ones rotate less and are deeper,
 * a skip list is simpler and needs random numbers. This one has the simplest
 * rule.
 */
#ifndef AVL_H
#define AVL_H

#include <stddef.h>
#include <stdint.h>

/* What a walk up reads stands together, and what a walk down reads is next to
 * the key, if that follows the node: often a cache line less to wait for. */
struct avl_node {
    struct avl_node *parent; /* NULL for the root */
    uint32_t count;
    int height;
    struct avl_node *child[2]; /* those before, those after */
};

/* All zero is an empty tree. */
struct avl_tree {
    struct avl_node *root;
};

/* Makes node the child of parent on that side, where there must be none, and
 * balances the tree. In an empty tree parent is NULL. */
void avl_insert(struct avl_tree *t, struct avl_node *parent, int side,
                struct avl_node *node);

void avl_remove(struct avl_tree *t, struct avl_node *node);

/* Returns the node after this one in the order, or for side 0 the one before
 * it; NULL at the end. */
struct avl_node *avl_next(const struct avl_node *node, int side);

/* The node that is so many places after this one (or before it, for a
 * negative offset), or NULL where the tree ends before. O(log n). */
struct avl_node *avl_offset(struct avl_node *node, int64_t offset);

#endif
