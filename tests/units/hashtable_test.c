/*
 * struct hmap of the directory under test, whose fields hashtable.h shows.
 *
 * - Random operations give what a naive model gives (SEED=n repeats a run),
 *   and after them every node is in exactly one table, in its own slot.
 * - The work of every operation is counted, in tables of up to a million
 *   nodes: what it moved is seen in older.size, what it passed in migrate_pos.
 * - Chains lose the node that is deleted, wherever it stands, and no other.
 */
#include "hashtable.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "passed.h"
#include "random.h"

/* How many nodes a full table may take before it grows: final's prepares its successor first. */
#ifndef HMAP_OVERFULL
#define HMAP_OVERFULL(nslots) 0
#endif

enum {
    MOST_MOVES = 128, /* in one operation, whatever hashtable.h may say */
    MOST_PASSES = 1024,
    UNIVERSE = 3000,
    STEPS = 30000,
    CHAIN = 12,
#ifdef SANITIZED
    MANY = 300 * 1000,
#else
    MANY = 1000 * 1000,
#endif
};

struct thing {
    struct hnode node;
    size_t id;
    bool in;     /* the model: it was inserted, and not deleted since */
    size_t seen; /* by the last walk or visit */
};

static struct hmap map;
static struct thing *things;
static size_t nthings;
static size_t nin; /* things that are in */
static size_t step;
static const char *doing = "";

static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("step %zu, %s: ", step, doing);
    vprintf(format, args);
    printf("\n");
    va_end(args);
    exit(1);
}

static uint32_t mixed(uint64_t x)
{
    x *= 0x9E3779B97F4A7C15u;
    return (uint32_t)(x ^ x >> 29);
}

/* ---- hash codes, good ones and bad ones ---- */

typedef uint32_t code_of(size_t id);

static uint32_t spread(size_t id)
{
    return mixed(id + 1);
}

static uint32_t shared_by_seven(size_t id)
{
    return mixed(id / 7 + 1);
}

static uint32_t differing_in_high_bits(size_t id)
{
    return (uint32_t)id << 16 | 5;
}

static uint32_t all_the_same(size_t id)
{
    (void)id;
    return 0xDEADBEEF;
}

/* All in the last slot, whatever the table's size: the others are empty. */
static uint32_t in_last_slot(size_t id)
{
    return (uint32_t)id << 21 | 0x1FFFFF;
}

static uint32_t in_order(size_t id)
{
    return (uint32_t)id;
}

/* Nodes with one code may differ in their lengths, and those with one length
 * in their codes. */
static uint32_t length_of(size_t id)
{
    return id % 5 / 2;
}

static void start(const char *what, size_t n, code_of *code)
{
    doing = what;
    step = 0;
    memset(&map, 0, sizeof map);
    nthings = n;
    nin = 0;
    things = calloc(n, sizeof things[0]);
    for (size_t i = 0; i < n; i++) {
        things[i].id = i;
        things[i].node.hcode = code(i);
        things[i].node.length = length_of(i);
    }
}

static void finish(void)
{
    hmap_clear(&map);
    if (map.newer.slots || map.older.slots || hmap_size(&map) != 0)
        fail("hmap_clear() leaves something behind");
    free(things);
}

/* ---- the checker ---- */

static struct thing *thing_of(const struct hnode *node)
{
    return (struct thing *)((char *)(uintptr_t)node -
                            offsetof(struct thing, node));
}

static size_t walk(const struct htab *t, const char *name)
{
    size_t n = 0;
    if (!t->slots) {
        if (t->size != 0)
            fail("the %s table has no slots, and size %zu", name, t->size);
        return 0;
    }
    if ((t->mask & (t->mask + 1)) != 0)
        fail("the %s table has %zu slots, no power of two", name, t->mask + 1);
    for (size_t i = 0; i <= t->mask; i++) {
        for (struct hnode *h = t->slots[i]; h; h = h->next) {
            struct thing *thing = thing_of(h);
            if (thing < things || thing >= things + nthings)
                fail("slot %zu of the %s table leads to no node", i, name);
            if ((h->hcode & t->mask) != i)
                fail("node %zu is in slot %zu of the %s table, not in %zu",
                     thing->id, i, name, (size_t)(h->hcode & t->mask));
            if (!thing->in)
                fail("node %zu is in the %s table, though it was deleted",
                     thing->id, name);
            if (thing->seen++)
                fail("node %zu is there twice (doubled while the table grew?)",
                     thing->id);
            n++;
        }
    }
    if (n != t->size)
        fail("the %s table's size is %zu, but it has %zu nodes", name, t->size,
             n);
    return n;
}

static void check(void)
{
    for (size_t i = 0; i < nthings; i++)
        things[i].seen = 0;
    size_t n = walk(&map.newer, "newer") + walk(&map.older, "older");
    for (size_t i = 0; i < nthings && n < nin; i++) {
        if (things[i].in && !things[i].seen)
            fail("node %zu is lost: it is in neither table", i);
    }
    for (size_t i = 0; map.older.slots && i < map.migrate_pos; i++) {
        if (i > map.older.mask)
            fail("migrate_pos is %zu in a table of %zu slots", map.migrate_pos,
                 map.older.mask + 1);
        if (map.older.slots[i])
            fail("slot %zu of older is not empty, and migrate_pos is %zu", i,
                 map.migrate_pos);
    }
}

/* ---- operations, with their work counted ---- */

static struct hmap before;

static void check_work(bool deleted)
{
    size_t moves = 0;
    size_t passes = 0;

    if (hmap_size(&map) != nin)
        fail("hmap_size() is %zu, there should be %zu nodes", hmap_size(&map),
             nin);
    if (before.older.slots && map.older.slots == before.older.slots) {
        moves = before.older.size - map.older.size;
        passes = map.migrate_pos - before.migrate_pos;
        if (moves == 0 && passes == 0)
            fail("%zu nodes are still in the older table, and nothing was "
                 "moved: every operation has to (only inserts do?)",
                 map.older.size);
    } else if (before.older.slots) {
        moves = before.older.size;
    } else if (before.newer.slots && map.newer.slots != before.newer.slots) {
        moves = map.newer.size; /* it has just begun to grow */
        passes = map.older.slots ? map.migrate_pos : 0;
    }
    if (moves > HMAP_MAX_MOVES + (size_t)deleted)
        fail("one operation moved %zu nodes, in a table of %zu: a long stall",
             moves, nin);
    if (passes > HMAP_MAX_SKIPS)
        fail("one operation passed %zu empty slots: a stall in a table that "
             "is almost empty",
             passes);
    if (map.newer.slots &&
        map.newer.size >= (map.newer.mask + 1) * HMAP_MAX_LOAD +
                              HMAP_OVERFULL(map.newer.mask + 1))
        fail(map.older.slots
                 ? "%zu nodes in %zu slots, and the older table is not empty "
                   "yet: too few nodes are moved at a time"
                 : "%zu nodes in %zu slots: it should have grown",
             map.newer.size, map.newer.mask + 1);
}

static bool same_id(const struct hnode *node, const struct hnode *key)
{
    if (node->hcode != key->hcode)
        fail("eq is asked about a node with another hash code");
    if (node->length != key->length)
        fail("eq is asked about a node whose key has another length");
    return thing_of(node)->id == thing_of(key)->id;
}

static struct thing key_of(size_t id)
{
    return (struct thing){
        .node = {.hcode = things[id].node.hcode, .length = length_of(id)},
        .id = id,
    };
}

static void lookup(size_t id)
{
    struct thing key = key_of(id);
    struct hnode *want = things[id].in ? &things[id].node : NULL;

    before = map;
    struct hnode *found = hmap_lookup(&map, &key.node, same_id);
    if (!found && want)
        fail("lookup of node %zu finds nothing", id);
    if (found && !want)
        fail("lookup of node %zu, which is not there, finds node %zu "
             "(only the hash codes compared?)",
             id, thing_of(found)->id);
    if (found != want)
        fail("lookup of node %zu finds node %zu (only the hash codes "
             "compared?)",
             id, thing_of(found)->id);
    check_work(false);
}

static void insert(size_t id)
{
    struct hnode *node = &things[id].node;

    before = map;
    hmap_insert(&map, node);
    things[id].in = true;
    nin++;
    check_work(false);
    if (before.older.slots && map.older.slots) {
        struct hnode *h = map.newer.slots[node->hcode & map.newer.mask];
        while (h && h != node)
            h = h->next;
        if (!h)
            fail("node %zu was inserted, but not into the newer table", id);
    }
}

static void take_out(size_t id)
{
    struct thing key = key_of(id);
    struct hnode *want = things[id].in ? &things[id].node : NULL;

    before = map;
    struct hnode *gone = hmap_delete(&map, &key.node, same_id);
    if (gone != want)
        fail(gone ? "delete of node %zu takes another one out"
                  : "delete of node %zu does not find it",
             id);
    if (want) {
        things[id].in = false;
        nin--;
        want->next = (struct hnode *)(uintptr_t)-8; /* nobody may follow it */
    }
    check_work(want);
}

/* ---- tests ---- */

static void test_empty(void)
{
    start("in an empty map", 1, spread);
    lookup(0);
    take_out(0);
    hmap_clear(&map);
    insert(0);
    take_out(0);
    take_out(0);
    lookup(0);
    insert(0);
    lookup(0);
    check();
    finish();
}

/* Delete each of the nodes of one chain; then all, from either end. */
static void test_chain(const char *what, code_of *code)
{
    for (size_t n = 1; n <= CHAIN; n++) {
        for (size_t gone = 0; gone < n; gone++) {
            start(what, n, code);
            for (size_t i = 0; i < n; i++)
                insert(i);
            take_out(gone);
            check();
            for (size_t i = 0; i < n; i++)
                lookup(i);
            for (size_t i = 0; i < n; i++)
                take_out(gone % 2 ? i : n - 1 - i);
            check();
            finish();
        }
    }
}

static void test_random(const char *what, code_of *code)
{
    start(what, UNIVERSE, code);
    for (step = 1; step <= STEPS; step++) {
        /* now it grows, now it shrinks */
        size_t bias = step / 4000 % 2 ? 3 : 7;
        size_t id = random_below(UNIVERSE);
        if (random_below(3) == 0)
            lookup(id);
        else if (random_below(10) >= bias)
            take_out(id);
        else if (!things[id].in)
            insert(id);
        if (nin < 200 || step % 50 == 0)
            check();
    }
    for (size_t i = 0; i < UNIVERSE; i++)
        lookup(i);
    finish();
}

/* Checks everything after each insertion. In the next turn of the loop, lookups
 * (hits and misses) take the place of the insertions that would have ended the
 * rehash. */
static void test_growth(void)
{
    start("inserting 5000, one after the other", 5000, spread);
    for (step = 0; step < 5000; step++) {
        insert(step);
        check();
        if (!before.older.slots && map.older.slots) {
            for (size_t i = 0; map.older.slots; i++) {
                lookup(step - i % (step + 1));
                check();
                lookup(step + 1 + i % 7 < 5000 ? step + 1 + i % 7 : 0);
                check();
                take_out(i % (step + 1));
                check();
                if (!things[i % (step + 1)].in)
                    insert(i % (step + 1));
                check();
            }
        }
    }
    finish();
}

static void test_work(const char *what, code_of *code, bool look)
{
    start(what, MANY, code);
    for (step = 0; step < MANY; step++)
        insert(step);
    check();
    for (size_t i = 0; look && i < MANY; i++)
        lookup(i);
    for (size_t i = 0; look && i < MANY; i += 2)
        take_out(i);
    check();
    finish();
}

/* ---- visiting ---- */

static bool visit_once(struct hnode *node, void *arg)
{
    struct thing *thing = thing_of(node);
    size_t *left = arg;

    if (thing->seen++)
        fail("hmap_foreach() comes to node %zu twice", thing->id);
    node->next = (struct hnode *)(uintptr_t)-8; /* as if it were freed */
    return --*left > 0;
}

static void test_visit(size_t n, size_t most)
{
    start("visiting all nodes", n + 1, spread);
    for (size_t i = 0; i < n; i++)
        insert(i);
    size_t left = most;
    hmap_foreach(&map, visit_once, &left);
    size_t visited = 0;
    for (size_t i = 0; i < n; i++)
        visited += things[i].seen;
    if (visited != (most < n ? most : n))
        fail("hmap_foreach() came to %zu of %zu nodes; wanted: %zu", visited, n,
             most < n ? most : n);
    finish();
}

int main(void)
{
    random_begin();

    if (HMAP_MAX_MOVES > MOST_MOVES || HMAP_MAX_SKIPS > MOST_PASSES)
        fail("one operation may move %d nodes or pass %d slots: a long stall",
             HMAP_MAX_MOVES, HMAP_MAX_SKIPS);
    test_empty();
    test_chain("a chain of equal hash codes", all_the_same);
    test_chain("a chain of codes with equal low bits", differing_in_high_bits);
    test_random("random operations", spread);
    test_random("random operations, codes of 1, 2, 3 ...", in_order);
    test_random("random operations, seven nodes a code", shared_by_seven);
    test_growth();
    for (size_t n = 0; n < 300; n += 1 + n / 10) {
        test_visit(n, SIZE_MAX);
        test_visit(n, n / 2 + 1);
    }
    test_visit(513, SIZE_MAX); /* with nodes in both tables */
    test_visit(513, 400);
    test_work("a table of a million", spread, true);
    test_work("a million nodes in one slot", in_last_slot, false);
    return passed();
}
