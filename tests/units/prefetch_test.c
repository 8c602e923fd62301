/*
 * What hashtable.c and zset.c of the directory under test ask the processor to
 * fetch. Both are compiled in here, and what they ask for is noted instead.
 *
 * - Each step of a look-up asks for what the next step reads, in both tables
 *   and in a map of any size, even an empty one.
 * - A walk, and the move to a new table, ask for a node before they reach it.
 * - Before a member moves in a large set, both of its paths are asked for.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "passed.h"

static void note(const void *at, ...);
#define __builtin_prefetch(...) note(__VA_ARGS__)

#include "hashtable.c"
#include "zset.c"

enum {
    LINE = 64,     /* bytes that come from memory together */
    MANY = 100000, /* addresses that can be noted */
    NODES = 5000,
    FAR = 64, /* slots: nobody asks for memory earlier than that */
    MEMBERS = 20000,
    WAY = 6, /* steps up, and down, that must be asked for */
};

static uintptr_t noted[MANY]; /* lines */
static size_t nnoted;
static struct hmap map;
static struct hnode nodes[NODES];
static const char *doing = "";

static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("%s: ", doing);
    vprintf(format, args);
    printf("\n");
    va_end(args);
    exit(1);
}

static void note(const void *at, ...)
{
    if (nnoted == MANY)
        fail("memory is asked for more than %d times", MANY);
    noted[nnoted++] = (uintptr_t)at / LINE;
}

static bool is_asked(const void *at)
{
    for (size_t i = nnoted; i > 0; i--)
        if (noted[i - 1] == (uintptr_t)at / LINE)
            return true;
    return false;
}

static void want(const void *at, const char *what, uint32_t hcode)
{
    if (at && !is_asked(at))
        fail("nobody has asked for %s of the hash code %08" PRIx32, what,
             hcode);
}

/* ---- the steps of a look-up ---- */

static struct hnode **slot_of(const struct htab *t, uint32_t hcode)
{
    return t->slots ? &t->slots[hcode & t->mask] : NULL;
}

static struct hnode *node_at(const struct htab *t, uint32_t hcode)
{
    return t->slots ? *slot_of(t, hcode) : NULL;
}

static void check_steps(uint32_t hcode)
{
    const struct hnode *first = node_at(&map.newer, hcode);

    nnoted = 0;
    hmap_prefetch_slot(&map, hcode);
    want(slot_of(&map.newer, hcode), "the slot", hcode);
    want(slot_of(&map.older, hcode), "the older table's slot", hcode);
    nnoted = 0;
    hmap_prefetch_first(&map, hcode);
    want(first, "the first node", hcode);
    want(first ? (const char *)first + LINE : NULL, "what follows the node",
         hcode);
    want(node_at(&map.older, hcode), "the older table's first node", hcode);
    nnoted = 0;
    hmap_prefetch_second(&map, hcode);
    if (first && first->hcode != hcode)
        want(first->next, "the second node", hcode);
}

static bool same(const struct hnode *node, const struct hnode *key)
{
    return node->hcode == key->hcode;
}

static void insert(size_t i)
{
    uint32_t x = (uint32_t)i * 0x9E3779B1u;

    nodes[i] = (struct hnode){.hcode = x ^ x >> 15 ^ x >> 23};
    nnoted = 0;
    hmap_insert(&map, &nodes[i]);
}

static void test_steps(void)
{
    doing = "looking up in an empty map";
    for (uint32_t hcode = 0; hcode < 100; hcode++)
        check_steps(hcode * 0x01010101u);
    doing = "looking up";
    for (size_t i = 0; i < NODES; i++) {
        insert(i);
        /* all of them, from time to time: while nodes move, and when not */
        for (size_t j = i % 97 == 0 ? 0 : i; j <= i; j++)
            check_steps(nodes[j].hcode);
        check_steps((uint32_t)i);
    }
    hmap_clear(&map);
}

/* ---- walks ---- */

static size_t nlate;

static bool visit(struct hnode *node, void *arg)
{
    const struct htab *t = arg;
    size_t pos = node->hcode & t->mask;

    nlate += pos >= FAR && t->slots[pos] == node && !is_asked(node);
    return true;
}

static void test_walk(void)
{
    doing = "visiting all nodes";
    for (size_t i = 0; i < NODES - 1000 || map.older.slots; i++)
        insert(i);
    nnoted = nlate = 0;
    hmap_foreach(&map, visit, &map.newer);
    if (nlate > 0)
        fail("%zu nodes were not asked for before they were visited", nlate);
    hmap_clear(&map);
}

/* Looks up until all nodes have moved. The first node of each slot of the older
 * table must have been asked for by then. */
static void test_moving(void)
{
    static const struct hnode *first[NODES];
    const struct hnode key = {.hcode = 1};
    size_t n = 0;

    doing = "moving nodes to a new table";
    for (size_t i = 0; i < 2000 || !map.older.slots; i++)
        insert(i);
    for (size_t i = map.migrate_pos + FAR; i <= map.older.mask; i++)
        if (map.older.slots[i])
            first[n++] = map.older.slots[i];
    nnoted = 0;
    while (map.older.slots)
        hmap_lookup(&map, &key, same);
    for (size_t i = 0; i < n; i++)
        nlate += !is_asked(first[i]);
    if (n == 0 || nlate > 0)
        fail("%zu of %zu nodes were not asked for before they moved", nlate, n);
    hmap_clear(&map);
}

/* ---- a member that moves ---- */

static struct slice name_of(size_t i, char *room, size_t size)
{
    int len = snprintf(room, size, "member:%zu", i);

    return (struct slice){.data = (uint8_t *)room, .len = (size_t)len};
}

static void test_member(size_t i, double score)
{
    static struct zset z;
    char room[32];
    const struct avl_node *up[WAY], *down[WAY];

    for (size_t j = 0; zset_size(&z) < MEMBERS; j++)
        zset_add(&z, name_of(j, room, sizeof room), (double)j);
    struct slice name = name_of(i, room, sizeof room);
    struct znode *n = zset_find(&z, name);
    int side = score > n->score;
    const struct avl_node *at = &n->by_score;
    for (size_t j = 0; j < WAY; j++)
        up[j] = at = at->parent ? at->parent : at;
    at = z.tree.root;
    for (size_t j = 0; j < WAY; j++)
        down[j] = at = at->child[side];
    nnoted = 0;
    zset_move(&z, n, score);
    for (size_t j = 0; j < WAY; j++) {
        if (!is_asked(up[j]))
            fail("step %zu of the way up was not asked for", j + 1);
        if (!is_asked(down[j]))
            fail("step %zu of the way down was not asked for", j + 1);
    }
    if (znode_rank(n) != (side ? MEMBERS - 1 : 0))
        fail("its rank is %zu afterwards", (size_t)znode_rank(n));
}

int main(void)
{
    test_steps();
    test_walk();
    test_moving();
    doing = "moving a member of a large set to its end";
    test_member(0, 1e9);
    doing = "moving a member of a large set to its front";
    test_member(MEMBERS - 1, -1e9);
    return passed();
}
