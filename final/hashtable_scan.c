/*
 * The cursor counts slots with its bits read backwards: the highest bit of the
 * mask changes first. When a table doubles, slot i is split into i and
 * i + size, which share the low bits of i. So whatever the table's size is at
 * the next call, exactly the slots that share low bits with visited ones are
 * behind the cursor, and no node is missed.
 */
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

/* Returns the next cursor: adds one at the highest bit of the mask, and carries
 * downwards. Filling the bits above the mask with ones passes the carry on. */
static size_t advance(size_t cursor, size_t mask)
{
    return reverse(reverse(cursor | ~mask) + 1);
}

/* While a table grows or shrinks there are two. Then a step visits one slot of
 * the smaller table, and all the slots of the larger one that it is split into.
 * A node that moves between the two is seen in one of them. */
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
