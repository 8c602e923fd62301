/*
 * Moving is cut into small pieces: every operation calls migrate_some(), which
 * goes on at migrate_pos. A lookup searches both tables. It returns the pointer
 * that leads to a node, so the first one of a chain is taken out like any
 * other.
 */
#include "hashtable.h"

#include <stdlib.h>

#include "mem.h"
#include "prefetch.h"

/* Zeroed memory of that size comes from the system page by page, when it is
 * first touched: a big table costs nothing yet. */
static void tab_init(struct htab *t, size_t nslots)
{
    t->slots = mem_zalloc(nslots, sizeof t->slots[0]);
    t->mask = nslots - 1;
    t->size = 0;
}

static void tab_free(struct htab *t)
{
    mem_free_large(t->slots, (t->mask + 1) * sizeof t->slots[0]);
    *t = (struct htab){0};
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

/* Starts fetching nodes that will soon be moved or visited: the first one of a
 * chain, and later the second, when the first is here and tells where it is. */
static void fetch_ahead(const struct htab *t, size_t pos)
{
    enum { FIRST = 24, SECOND = 12 }; /* so many slots ahead */

    if (pos + FIRST > t->mask)
        return;
    struct hnode *const *from = &t->slots[pos + SECOND];
    if (*from)
        from = &(*from)->next;
    prefetch(t->slots[pos + FIRST]);
    prefetch(*from);
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
            fetch_ahead(&m->older, m->migrate_pos);
        }
    }
    if (m->older.slots && m->older.size == 0)
        tab_free(&m->older);
}

static void start_moving(struct hmap *m)
{
    m->older = m->newer;
    m->newer = m->coming;
    m->coming = (struct htab){0};
    m->migrate_pos = 0;
}

enum {
    PREPARE = 64 * 1024, /* bytes of a new array at a time ... */
    INSERTIONS = 128,    /* ... once in this many insertions */
};

/* Insertions go all over a new array, so most of them are the first to touch a
 * page of it: a page fault each. So the memory of a large array is asked for
 * before it takes over, one part at a time: HMAP_OVERFULL() follows from that.
 * Returns whether the array may take over. */
static bool is_prepared(struct hmap *m)
{
    size_t size = (m->coming.mask + 1) * sizeof m->coming.slots[0];
    size_t left = size - m->prepared;

    if (size <= PREPARE)
        return true;
    if (m->newer.size % INSERTIONS == 0) {
        size_t part = left < PREPARE ? left : PREPARE;
        mem_populate((char *)m->coming.slots + m->prepared, part);
        m->prepared += part;
        left -= part;
    }
    return left == 0;
}

static void grow_if_full(struct hmap *m)
{
    size_t nslots = m->newer.mask + 1;

    if (m->older.slots || m->newer.size < nslots * HMAP_MAX_LOAD)
        return;
    if (!m->coming.slots) {
        tab_init(&m->coming, nslots * 2);
        m->prepared = 0;
    }
    if (is_prepared(m))
        start_moving(m);
}

/* Shrinks a table that has become far too large. It does so at an eighth of the
 * load at which it grows, so that a size that goes up and down a little does
 * not move nodes back and forth. */
static void shrink_if_empty(struct hmap *m)
{
    size_t nslots = m->newer.mask + 1;

    if (m->older.slots || !m->newer.slots || nslots <= HMAP_FIRST_SLOTS ||
        m->newer.size >= nslots / HMAP_MIN_PART)
        return;
    tab_free(&m->coming); /* it was going to be a larger one */
    tab_init(&m->coming, nslots / 2);
    start_moving(m);
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
    grow_if_full(m);
    migrate_some(m);
}

struct hnode *hmap_delete(struct hmap *m, const struct hnode *key, hmap_eq *eq)
{
    migrate_some(m);

    shrink_if_empty(m);
    struct hnode **from = tab_lookup(&m->newer, key, eq);
    if (from)
        return tab_detach(&m->newer, from);
    from = tab_lookup(&m->older, key, eq);
    return from ? tab_detach(&m->older, from) : NULL;
}

static bool tab_replace(const struct htab *t, const struct hnode *old,
                        struct hnode *node)
{
    if (!t->slots)
        return false;

    struct hnode **from = &t->slots[old->hcode & t->mask];
    while (*from && *from != old)
        from = &(*from)->next;
    if (!*from)
        return false;
    node->next = old->next;
    *from = node;
    return true;
}

void hmap_replace(struct hmap *m, const struct hnode *old, struct hnode *node)
{
    if (!tab_replace(&m->newer, old, node))
        tab_replace(&m->older, old, node);
}

void hmap_prefetch_slot(const struct hmap *m, uint32_t hcode)
{
    if (m->newer.slots)
        prefetch(&m->newer.slots[hcode & m->newer.mask]);
    if (m->older.slots)
        prefetch(&m->older.slots[hcode & m->older.mask]);
}

static void prefetch_node(const struct hnode *node)
{
    enum { CACHE_LINE = 64 };

    prefetch(node);
    prefetch((const void *)((uintptr_t)node + CACHE_LINE)); /* may be NULL */
}

void hmap_prefetch_first(const struct hmap *m, uint32_t hcode)
{
    if (m->newer.slots)
        prefetch_node(m->newer.slots[hcode & m->newer.mask]);
    if (m->older.slots)
        prefetch_node(m->older.slots[hcode & m->older.mask]);
}

void hmap_prefetch_second(const struct hmap *m, uint32_t hcode)
{
    const struct hnode *node =
        m->newer.slots ? m->newer.slots[hcode & m->newer.mask] : NULL;

    if (node && node->hcode != hcode && node->next)
        prefetch_node(node->next);
}

size_t hmap_size(const struct hmap *m)
{
    return m->newer.size + m->older.size;
}

static bool tab_foreach(const struct htab *t, hmap_visit *visit, void *arg)
{
    for (size_t i = 0; t->size > 0 && i <= t->mask; i++) {
        struct hnode *next;
        fetch_ahead(t, i);
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
    free(m->coming.slots);
    *m = (struct hmap){0};
}
