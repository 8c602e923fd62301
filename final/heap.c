/*
 * The tree is an array: the children of item i are 2i + 1 and 2i + 2. An item
 * that is to move is taken out, others move into the hole, and it is put where
 * the hole ends up. So each item moves once per level, and learns its new
 * place.
 */
#include "heap.h"

#include <stdlib.h>

#include "mem.h"

static void put(struct heap *h, size_t i, struct heap_item item)
{
    h->items[i] = item;
    *item.index = (uint32_t)i;
}

/* Moves the hole at i up until its parent is not later than the item that is
 * to fill it. Returns where the hole is then. */
static size_t sift_up(struct heap *h, size_t i, struct heap_item item)
{
    while (i > 0 && h->items[(i - 1) / 2].at > item.at) {
        put(h, i, h->items[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    return i;
}

/* The same downwards, along the earlier of the two children. */
static size_t sift_down(struct heap *h, size_t i, struct heap_item item)
{
    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < h->size && h->items[child + 1].at < h->items[child].at)
            child++;
        if (child >= h->size || h->items[child].at >= item.at)
            return i;
        put(h, i, h->items[child]);
        i = child;
    }
}

/* Puts an item where it belongs, starting from the hole at i. */
static void settle(struct heap *h, size_t i, struct heap_item item)
{
    i = sift_up(h, i, item);
    put(h, sift_down(h, i, item), item);
}

void heap_set(struct heap *h, uint32_t *index, uint64_t at)
{
    if (*index == HEAP_NONE && h->size == h->cap) {
        h->cap = h->cap ? h->cap * 2 : 16;
        h->items = mem_resize(h->items, h->cap * sizeof h->items[0]);
    }
    settle(h, *index == HEAP_NONE ? h->size++ : *index,
           (struct heap_item){.at = at, .index = index});
}

/* The last item fills the hole: it belongs there no more than any other, but
 * the array must have no gap. */
void heap_remove(struct heap *h, uint32_t *index)
{
    size_t i = *index;

    if (i == HEAP_NONE)
        return;
    *index = HEAP_NONE;
    h->size--;
    if (i < h->size)
        settle(h, i, h->items[h->size]);
}

void heap_moved(struct heap *h, uint32_t *index)
{
    if (*index != HEAP_NONE)
        h->items[*index].index = index;
}

void heap_free(struct heap *h)
{
    free(h->items);
    *h = (struct heap){0};
}
