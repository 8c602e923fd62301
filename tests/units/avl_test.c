/*
 * struct avl_tree of the directory under test, whose nodes avl.h shows.
 *
 * - After every operation: the order, the heights, the balance, the counts and
 *   the links to parents are right, and the nodes are those of a naive model.
 * - It inserts at every position, and deletes from every position. The trees
 *   have up to 200 nodes and are built in random order (with up to 100 nodes
 *   also in order, and from the end). Besides, every shape of a balanced tree
 *   of up to 10 nodes is tried.
 * - avl_next() leads from every node to its neighbors, avl_offset() to every
 *   other one, and neither beyond an end.
 * - Random operations agree with a sorted array (SEED=n repeats a run).
 */
#include "avl.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "passed.h"
#include "random.h"

enum {
    POSITIONS = 200, /* largest tree for each position */
    SHAPES = 10,     /* largest tree for each shape */
    MODEL = 400,
    STEPS = 20000,
    MANY = 200 * 1000,
};

struct item {
    struct avl_node node;
    int key;
};

static struct avl_tree tree;
static const char *doing = "";
static int size_before; /* of the tree that is changed */
static int position;    /* where */
static size_t step;

static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("%s, %d nodes, position %d, step %zu: ", doing, size_before,
           position, step);
    vprintf(format, args);
    printf("\n");
    va_end(args);
    exit(1);
}

static struct item *item_of(const struct avl_node *node)
{
    return (struct item *)((char *)(uintptr_t)node -
                           offsetof(struct item, node));
}

static int key_of(const struct avl_node *node)
{
    return item_of(node)->key;
}

/* ---- the checker ---- */

static int checked_height(const struct avl_node *n,
                          const struct avl_node *parent, int depth)
{
    if (!n)
        return 0;
    if (depth > 60)
        fail("the tree is more than 60 deep: no rotations, or a circle");
    if (n->parent != parent)
        fail("node %d has the wrong parent (a rotation or removal that forgets "
             "a link?)",
             key_of(n));
    int before = checked_height(n->child[0], n, depth + 1);
    int after = checked_height(n->child[1], n, depth + 1);
    if (before - after > 1 || after - before > 1)
        fail("node %d is out of balance: its subtrees are %d and %d high (no "
             "rotation, or not the double one?)",
             key_of(n), before, after);
    int height = 1 + (before > after ? before : after);
    if (n->height != height)
        fail("node %d says height %d, it is %d", key_of(n), n->height, height);
    size_t count = 1 + (n->child[0] ? n->child[0]->count : 0) +
                   (n->child[1] ? n->child[1]->count : 0);
    if (n->count != count)
        fail("node %d says count %zu, it is %zu (a rotation or removal that "
             "forgets counts?)",
             key_of(n), (size_t)n->count, count);
    return height;
}

static size_t listed;
static const struct avl_node *list[MODEL + 1];

static void list_in_order(const struct avl_node *n)
{
    if (!n)
        return;
    list_in_order(n->child[0]);
    if (listed >= MODEL)
        fail("there are too many nodes");
    list[listed++] = n;
    list_in_order(n->child[1]);
}

/* The tree is sound, and has these nodes. */
static void check(struct item *const *want, size_t n)
{
    checked_height(tree.root, NULL, 0);
    listed = 0;
    list_in_order(tree.root);
    for (size_t i = 0; i < n && i < listed; i++) {
        if (list[i] != &want[i]->node)
            fail("as number %zu comes node %d, it should be %d", i,
                 key_of(list[i]), want[i]->key);
    }
    if (listed != n)
        fail("the tree has %zu nodes, it should have %zu", listed, n);
}

/* ---- building trees ---- */

static void insert(struct item *item)
{
    struct avl_node *parent = NULL;
    int side = 0;

    for (struct avl_node *at = tree.root; at; at = at->child[side]) {
        parent = at;
        side = key_of(at) < item->key;
    }
    /* What it was before is of no account. */
    memset(&item->node, 0x5A, sizeof item->node);
    avl_insert(&tree, parent, side, &item->node);
}

/* Keys 0, 2, 4 ...: another key fits between any two. */
static struct item items[MODEL + 1];
static struct item *sorted[MODEL + 1];

enum way { ASCENDING, DESCENDING, SHUFFLED };

static void build(int n, enum way way)
{
    int order[MODEL];

    tree = (struct avl_tree){0};
    for (int i = 0; i < n; i++) {
        items[i].key = 2 * i;
        sorted[i] = &items[i];
        order[i] = way == DESCENDING ? n - 1 - i : i;
    }
    for (int i = n - 1; way == SHUFFLED && i > 0; i--) {
        int other = (int)random_below((size_t)i + 1), was = order[i];
        order[i] = order[other];
        order[other] = was;
    }
    for (int i = 0; i < n; i++)
        insert(&items[order[i]]);
}

/* Into a sound tree of n nodes, at its place p. */
static void insert_at(int n, int p)
{
    struct item *extra = &items[n];

    size_before = n;
    position = p;
    extra->key = 2 * p - 1;
    insert(extra);
    memmove(sorted + p + 1, sorted + p, (size_t)(n - p) * sizeof sorted[0]);
    sorted[p] = extra;
    check(sorted, (size_t)n + 1);
}

static void remove_at(int n, int p)
{
    size_before = n;
    position = p;
    avl_remove(&tree, &sorted[p]->node);
    memmove(sorted + p, sorted + p + 1, (size_t)(n - p - 1) * sizeof sorted[0]);
    check(sorted, (size_t)n - 1);
}

static void test_positions(enum way way)
{
    static const char *const names[] = {"built in order", "built from the end",
                                        "built in random order"};

    doing = names[way];
    int largest = way == SHUFFLED ? POSITIONS : POSITIONS / 2;
    for (int n = 0; n <= largest; n++) {
        for (int p = 0; p <= n; p++) {
            build(n, way);
            insert_at(n, p);
        }
        for (int p = 0; p < n; p++) {
            build(n, way);
            remove_at(n, p);
        }
    }
}

/* Removes all nodes: always the first, always the last, or always the middle. */
static void test_emptying(void)
{
    doing = "emptying a tree";
    for (int which = 0; which < 3; which++) {
        build(POSITIONS, SHUFFLED);
        for (int n = POSITIONS; n > 0; n--)
            remove_at(n, which == 0 ? 0 : which == 1 ? n - 1 : n / 2);
        if (tree.root)
            fail("the root is not NULL when all nodes are gone");
    }
}

/* ---- every shape ---- */

enum { HIGHEST = 5 };

/* shapes[n][h]: how many balanced trees have n nodes and height h. A tree is
 * named by n, h and a number below that. */
static size_t shapes[SHAPES + 1][HIGHEST + 1];

static void count_shapes(void)
{
    shapes[0][0] = 1;
    for (int n = 1; n <= SHAPES; n++) {
        for (int h = 1; h <= HIGHEST; h++) {
            for (int left = 0; left < n; left++) {
                int right = n - 1 - left;
                size_t lower = h > 1 ? shapes[left][h - 2] : 0;
                size_t lower_right = h > 1 ? shapes[right][h - 2] : 0;
                shapes[n][h] += shapes[left][h - 1] * shapes[right][h - 1] +
                                shapes[left][h - 1] * lower_right +
                                lower * shapes[right][h - 1];
            }
        }
    }
}

static int next_item;

/* Links items, from next_item on, to the tree of that name. */
static struct avl_node *shape(int n, int h, size_t name)
{
    static const int lower[3][2] = {{1, 1}, {1, 2}, {2, 1}};

    if (n == 0)
        return NULL;
    for (int left = 0; left < n; left++) {
        int right = n - 1 - left;
        for (int i = 0; i < 3; i++) {
            int lh = h - lower[i][0], rh = h - lower[i][1];
            if (lh < 0 || rh < 0)
                continue;
            size_t here = shapes[left][lh] * shapes[right][rh];
            if (name >= here) {
                name -= here;
                continue;
            }
            struct avl_node *before = shape(left, lh, name % shapes[left][lh]);
            struct avl_node *node = &items[next_item++].node;
            struct avl_node *after = shape(right, rh, name / shapes[left][lh]);
            *node = (struct avl_node){
                .child = {before, after}, .count = (uint32_t)n, .height = h};
            if (before)
                before->parent = node;
            if (after)
                after->parent = node;
            return node;
        }
    }
    return NULL;
}

static void build_shape(int n, int h, size_t name)
{
    for (int i = 0; i < n; i++) {
        items[i].key = 2 * i;
        sorted[i] = &items[i];
    }
    next_item = 0;
    tree.root = shape(n, h, name);
    check(sorted, (size_t)n);
}

static void check_offsets(size_t n);

/* One change, and after it every removal: if the first left a wrong height or
 * count where the checker does not look, the second brings it to light. */
static void test_shape(int n, int h, size_t name)
{
    build_shape(n, h, name);
    check_offsets((size_t)n);
    for (int p = 0; p <= n; p++) {
        build_shape(n, h, name);
        insert_at(n, p);
        check_offsets((size_t)n + 1);
    }
    for (int p = 0; p < n; p++) {
        for (int q = 0; q < n - 1; q++) {
            build_shape(n, h, name);
            remove_at(n, p);
            remove_at(n - 1, q);
            check_offsets((size_t)n - 2);
        }
    }
}

static void test_shapes(void)
{
    size_t most = 0;

    doing = "in a tree of each shape";
    count_shapes();
    for (int n = 0; n <= SHAPES; n++) {
        for (int h = 0; h <= HIGHEST; h++) {
            for (size_t name = 0; name < shapes[n][h]; name++, step++)
                test_shape(n, h, name);
            most += n == SHAPES ? shapes[n][h] : 0;
        }
    }
    if (most != 60) /* as everybody counts them */
        fail("this test made %zu shapes of 10 nodes", most);
    step = 0;
}

/* ---- the next ones, and offsets ---- */

static void expect_next(size_t from, int side, size_t n)
{
    size_t to = side == 1 ? from + 1 : from - 1; /* before the first: huge */
    struct avl_node *want = to < n ? &sorted[to]->node : NULL;
    struct avl_node *got = avl_next(&sorted[from]->node, side);

    if (got == want)
        return;
    size_before = (int)n;
    position = (int)from;
    if (!want)
        fail("on side %d of the last node there is node %d", side, key_of(got));
    fail("on side %d there is %s%d, not node %d", side,
         got ? "node " : "nothing, at key ",
         key_of(got ? got : &sorted[from]->node), key_of(want));
}

static void expect_offset(size_t from, int64_t offset, size_t n)
{
    struct avl_node *want = NULL;
    bool inside =
        offset < 0 ? offset >= -(int64_t)from : offset < (int64_t)(n - from);

    if (inside)
        want = &sorted[(int64_t)from + offset]->node;
    struct avl_node *got = avl_offset(&sorted[from]->node, offset);
    if (got == want)
        return;
    size_before = (int)n;
    position = (int)from;
    if (got)
        fail("offset %" PRId64 " leads to node %d, not to %s%d", offset,
             key_of(got), want ? "" : "NULL, though the last one is ",
             want ? key_of(want) : key_of(&sorted[n - 1]->node));
    fail("offset %" PRId64 " leads to NULL, not to node %d", offset,
         key_of(want));
}

/* From every node to those beside it, to every node, and out of the tree. */
static void check_offsets(size_t n)
{
    static const int64_t far[] = {INT64_MIN,  INT64_MIN + 1, INT32_MIN,
                                  UINT32_MAX, INT64_MAX - 1, INT64_MAX};

    for (size_t from = 0; from < n; from++) {
        for (int side = 0; side < 2; side++)
            expect_next(from, side, n);
        for (int64_t to = -3; to < (int64_t)n + 3; to++)
            expect_offset(from, to - (int64_t)from, n);
        for (size_t i = 0; i < sizeof far / sizeof far[0]; i++)
            expect_offset(from, far[i], n);
    }
}

static void test_offsets(void)
{
    doing = "avl_next and avl_offset";
    for (int n = 1; n <= POSITIONS; n += n < 70 ? 1 : 13) {
        for (int way = ASCENDING; way <= SHUFFLED; way++) {
            build(n, (enum way)way);
            check_offsets((size_t)n);
        }
    }
}

/* ---- random operations against a sorted array ---- */

static void test_random(void)
{
    size_t n = 0;
    struct item *unused[MODEL];
    size_t nunused = MODEL;

    doing = "random operations";
    tree = (struct avl_tree){0};
    for (size_t i = 0; i < MODEL; i++)
        unused[i] = &items[i];
    for (step = 1; step <= STEPS; step++) {
        size_t bias = step / 3000 % 2 ? 4 : 7;
        if (nunused > 0 && (n == 0 || random_below(10) < bias)) {
            struct item *item = unused[--nunused];
            size_t p = 0;
            item->key = (int)random_below(1 << 30);
            while (p < n && sorted[p]->key < item->key)
                p++;
            insert(item);
            memmove(sorted + p + 1, sorted + p, (n - p) * sizeof sorted[0]);
            sorted[p] = item;
            n++;
        } else if (n > 0) {
            size_t p = random_below(n);
            avl_remove(&tree, &sorted[p]->node);
            unused[nunused++] = sorted[p];
            n--;
            memmove(sorted + p, sorted + p + 1, (n - p) * sizeof sorted[0]);
        }
        size_before = (int)n;
        check(sorted, n);
        if (n > 0)
            expect_offset(random_below(n),
                          (int64_t)random_below(n + 4) - (int64_t)(n / 2), n);
    }
    step = 0;
}

/* ---- a big tree ---- */

static int expect_depth(int n)
{
    int log2 = 0;
    while (n >> (log2 + 1))
        log2++;
    return (int)(1.45 * (log2 + 1)) + 1;
}

static void test_many(int from, int by)
{
    struct item *many = calloc(MANY, sizeof many[0]);

    doing = by > 0 ? "inserting in order" : "inserting in reverse order";
    tree = (struct avl_tree){0};
    for (int i = 0; i < MANY; i++) {
        many[i].key = from + by * i;
        insert(&many[i]);
        size_before = i + 1;
        if (tree.root->height > expect_depth(i + 1))
            fail("the tree is %d deep: no rotations?", tree.root->height);
        if (tree.root->count != (size_t)i + 1)
            fail("the root's count is %zu", (size_t)tree.root->count);
    }
    checked_height(tree.root, NULL, 0);
    for (int i = 0; i < MANY; i += 2)
        avl_remove(&tree, &many[i].node);
    checked_height(tree.root, NULL, 0);
    for (int i = 1; i < MANY; i += 2)
        avl_remove(&tree, &many[i].node);
    if (tree.root)
        fail("the tree is not empty when all nodes were removed");
    free(many);
}

int main(void)
{
    random_begin();

    test_shapes();
    for (int way = ASCENDING; way <= SHUFFLED; way++)
        test_positions((enum way)way);
    test_emptying();
    test_offsets();
    test_random();
    test_many(0, 1);
    test_many(MANY, -1);
    return passed();
}
