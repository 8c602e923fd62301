/*
 * Moving is cut into small pieces: every operation calls migrate_some(), which
 * goes on at migrate_pos. A lookup searches both tables. It returns the pointer
 * that leads to a node, so the first one of a chain is taken out like any
 * other.
 */
#include "hashtable.h"

#include <stdlib.h>

#include "mem.h"

/* Zeroed memory of that size comes from the system page by page, when it is
 * first touched: a big table costs nothing yet. */
static void tab_init(struct htab *t, size_t nslots)
{
    t->slots = mem_zalloc(nslots, sizeof t->slots[0]);
    t->mask = nslots - 1;
    t->size = 0;
}

static void tab_insert(struct htab *t, struct hnode *node)
{
    struct hnode **slot = &t->slots[node->hcode & t->mask];

    node->next = *slot;
    *slot = node;
    t->size++;
}

/* Returns the address of the pointer that points at the node: with that, the
 * node can be taken out, wherever in the chain it is. */
static struct hnode **tab_lookup(const struct htab *t, const struct hnode *key,
                                 hmap_eq *eq)
{
    if (!t->slots)
        return NULL;

    struct hnode **from = &t->slots[key->hcode & t->mask];
    for (; *from; from = &(*from)->next) {
        if ((*from)->hcode == key->hcode && (*from)->length == key->length &&
            eq(*from, key))
            return from;
    }
    return NULL;
}

static struct hnode *tab_detach(struct htab *t, struct hnode **from)
{
    struct hnode *node = *from;

    *from = node->next;
    t->size--;
    return node;
}

/* Moves some nodes from the older table. Both kinds of work are counted: an
 * almost empty table of a million slots is no less to look through than a
 * full one. Of n nodes in n slots, n/4 + n/32 operations leave none, and the
 * next doubling is due after n insertions. */
static void migrate_some(struct hmap *m)
{
    size_t moves = 0;
    size_t skips = 0;

    while (m->older.size > 0 && moves < HMAP_MAX_MOVES &&
           skips < HMAP_MAX_SKIPS) {
        struct hnode **from = &m->older.slots[m->migrate_pos];
        if (*from) {
            tab_insert(&m->newer, tab_detach(&m->older, from));
            moves++;
        } else {
            m->migrate_pos++;
            skips++;
        }
    }
    if (m->older.slots && m->older.size == 0) {
        mem_free_large(m->older.slots,
                       (m->older.mask + 1) * sizeof m->older.slots[0]);
        m->older = (struct htab){0};
    }
}

static void start_growing(struct hmap *m)
{
    m->older = m->newer;
    m->migrate_pos = 0;
    tab_init(&m->newer, (m->older.mask + 1) * 2);
}

struct hnode *hmap_lookup(struct hmap *m, const struct hnode *key, hmap_eq *eq)
{
    migrate_some(m);

    struct hnode **from = tab_lookup(&m->newer, key, eq);
    if (!from)
        from = tab_lookup(&m->older, key, eq);
    return from ? *from : NULL;
}

void hmap_insert(struct hmap *m, struct hnode *node)
{
    if (!m->newer.slots)
        tab_init(&m->newer, HMAP_FIRST_SLOTS);
    tab_insert(&m->newer, node);
    if (!m->older.slots && m->newer.size >= (m->newer.mask + 1) * HMAP_MAX_LOAD)
        start_growing(m);
    migrate_some(m);
}

struct hnode *hmap_delete(struct hmap *m, const struct hnode *key, hmap_eq *eq)
{
    migrate_some(m);

    struct hnode **from = tab_lookup(&m->newer, key, eq);
    if (from)
        return tab_detach(&m->newer, from);
    from = tab_lookup(&m->older, key, eq);
    return from ? tab_detach(&m->older, from) : NULL;
}

size_t hmap_size(const struct hmap *m)
{
    return m->newer.size + m->older.size;
}

static bool tab_foreach(const struct htab *t, hmap_visit *visit, void *arg)
{
    for (size_t i = 0; t->size > 0 && i <= t->mask; i++) {
        struct hnode *next;
        for (struct hnode *node = t->slots[i]; node; node = next) {
            next = node->next;
            if (!visit(node, arg))
                return false;
        }
    }
    return true;
}

void hmap_foreach(const struct hmap *m, hmap_visit *visit, void *arg)
{
    if (tab_foreach(&m->newer, visit, arg))
        tab_foreach(&m->older, visit, arg);
}

void hmap_clear(struct hmap *m)
{
    free(m->newer.slots);
    free(m->older.slots);
    *m = (struct hmap){0};
}
