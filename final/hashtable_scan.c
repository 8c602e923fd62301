#include "hashtable_scan.h"

static void visit_chain(const struct htab *t, size_t i, hmap_visit *visit,
                        void *arg)
{
    struct hnode *next;

    for (struct hnode *node = t->slots[i]; node; node = next) {
        next = node->next;
        visit(node, arg);
    }
}

static size_t reverse(size_t bits)
{
    size_t result = 0;

    for (size_t i = 0; i < sizeof bits * 8; i++, bits >>= 1)
        result = result << 1 | (bits & 1);
    return result;
}

/* The next cursor: counts from the highest bit of the mask downwards. */
static size_t advance(size_t cursor, size_t mask)
{
    return reverse(reverse(cursor | ~mask) + 1);
}

/* Slot i of a table is split into i and i + size when it doubles. So the
 * slots are walked in the order of their bits read backwards: whatever the
 * table's size is next time, all that shares the low bits of what has been
 * visited is behind the cursor, and nothing else is. With two tables, it is a
 * slot of the smaller one together with all that it is split into. */
size_t hmap_scan(const struct hmap *m, size_t cursor, hmap_visit *visit,
                 void *arg)
{
    const struct htab *small = &m->newer;
    const struct htab *large = &m->older;

    if (!small->slots)
        return 0;
    if (!large->slots) {
        visit_chain(small, cursor & small->mask, visit, arg);
        return advance(cursor, small->mask);
    }
    if (small->mask > large->mask) {
        small = &m->older;
        large = &m->newer;
    }
    visit_chain(small, cursor & small->mask, visit, arg);
    do {
        visit_chain(large, cursor & large->mask, visit, arg);
        cursor = advance(cursor, large->mask);
    } while (cursor & (small->mask ^ large->mask));
    return cursor;
}
