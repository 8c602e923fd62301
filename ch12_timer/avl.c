/*
 * An insertion or a removal changes one place. From there mend() walks up: it
 * corrects heights and counts, and rotates where the two sides of a node differ
 * by two. Children are an array, so left and right are not written twice.
 */
#include "avl.h"

#include <assert.h>

static int height(const struct avl_node *n)
{
    return n ? n->height : 0;
}

static int64_t count(const struct avl_node *n)
{
    return n ? n->count : 0;
}

static void update_height(struct avl_node *n)
{
    int before = height(n->child[0]);
    int after = height(n->child[1]);

    n->height = 1 + (before > after ? before : after);
}

static void update_count(struct avl_node *n)
{
    n->count = (uint32_t)(1 + count(n->child[0]) + count(n->child[1]));
}

/* On which side of its parent is it? */
static int side_of(const struct avl_node *n)
{
    return n->parent->child[1] == n;
}

/* Puts n, or nothing, where old hangs. */
static void replace(struct avl_tree *t, struct avl_node *old,
                    struct avl_node *n)
{
    if (old->parent)
        old->parent->child[side_of(old)] = n;
    else
        t->root = n;
    if (n)
        n->parent = old->parent;
}

/*
 * Lifts the child on that side above n. The order stays the same.
 *
 *       n                   c
 *      / \                 / \
 *     a   c       ->      n   e        (side 1; side 0 is the mirror image)
 *        / \             / \
 *       b   e           a   b
 */
static struct avl_node *rotate(struct avl_tree *t, struct avl_node *n, int side)
{
    struct avl_node *c = n->child[side];
    struct avl_node *b = c->child[!side];

    replace(t, n, c);
    c->child[!side] = n;
    n->parent = c;
    n->child[side] = b;
    if (b)
        b->parent = n;
    update_height(n);
    update_count(n);
    update_height(c);
    update_count(c);
    return c;
}

/*
 * Balances n, whose subtrees are balanced and differ by two at most. Returns
 * the node that stands in its place. Where the inner grandchild is the taller
 * one, a single rotation would only change sides:
 *
 *       n               n                  b
 *      / \             / \               /   \
 *     a   c     ->    a   b      ->     n     c
 *        / \               \           /       \
 *       b   e               c         a         e
 *                            \
 *                             e
 */
static struct avl_node *balance(struct avl_tree *t, struct avl_node *n)
{
    int lean = height(n->child[1]) - height(n->child[0]);
    int side = lean > 0;

    if (lean >= -1 && lean <= 1)
        return n;

    struct avl_node *c = n->child[side];
    if (height(c->child[side]) < height(c->child[!side]))
        rotate(t, c, !side);
    return rotate(t, n, side);
}

/* A subtree of n has gained a node, or lost one (change is -1). All nodes from
 * n up to the root count that. But once a height comes out unchanged, nothing
 * above can be out of balance. */
static void mend(struct avl_tree *t, struct avl_node *n, int change)
{
    for (struct avl_node *at = n; at; at = at->parent)
        at->count += (uint32_t)change;
    for (; n; n = n->parent) {
        int height_before = n->height;
        update_height(n);
        n = balance(t, n);
        if (n->height == height_before)
            return;
    }
}

void avl_insert(struct avl_tree *t, struct avl_node *parent, int side,
                struct avl_node *node)
{
    *node = (struct avl_node){.parent = parent, .count = 1, .height = 1};
    if (parent) {
        assert(!parent->child[side]);
        parent->child[side] = node;
    } else {
        assert(!t->root);
        t->root = node;
    }
    mend(t, parent, 1);
}

/* A node with two children cannot just be left out. The next one in order
 * can, for it has no child[0]; and it can take the node's place. */
static void remove_inner(struct avl_tree *t, struct avl_node *node)
{
    struct avl_node *next = avl_next(node, 1);
    struct avl_node *changed = next->parent == node ? next : next->parent;

    replace(t, next, next->child[1]);
    replace(t, node, next);
    for (int side = 0; side < 2; side++) {
        next->child[side] = node->child[side];
        if (next->child[side])
            next->child[side]->parent = next;
    }
    next->height = node->height; /* mend() goes on from what it was before */
    next->count = node->count;
    mend(t, changed, -1);
}

void avl_remove(struct avl_tree *t, struct avl_node *node)
{
    if (node->child[0] && node->child[1]) {
        remove_inner(t, node);
        return;
    }
    replace(t, node, node->child[0] ? node->child[0] : node->child[1]);
    mend(t, node->parent, -1);
}

/* The next one stands outermost, towards the node, on that side of it; or else
 * it is the first ancestor that has the node on its other side. */
struct avl_node *avl_next(const struct avl_node *node, int side)
{
    struct avl_node *next = node->child[side];

    if (next) {
        while (next->child[!side])
            next = next->child[!side];
        return next;
    }
    while (node->parent && side_of(node) == side)
        node = node->parent;
    return node->parent;
}

/* Walks towards the target: down where the subtree below reaches so far, or
 * else up. "at" is the place of the node, counted from the first one. */
struct avl_node *avl_offset(struct avl_node *node, int64_t offset)
{
    int64_t at = 0;

    while (node && at != offset) {
        int side = offset > at;
        int64_t below = count(node->child[side]);
        if (side ? offset <= at + below : offset >= at - below) {
            node = node->child[side];
            at += side ? 1 + count(node->child[0]) : -1 - count(node->child[1]);
        } else {
            if (node->parent)
                at += side_of(node) ? -1 - count(node->child[0])
                                    : 1 + count(node->child[1]);
            node = node->parent;
        }
    }
    return node;
}
