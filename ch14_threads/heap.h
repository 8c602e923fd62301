/*
 * heap: times, of which the earliest is always at hand.
 *
 *              3                  The items stand in an array, level by
 *           /     \               level; the children of items[i] are
 *          5       4              items[2i + 1] and items[2i + 2]:
 *         / \     /
 *        9   6   8                    3 5 4 9 6 8
 *
 * Always true:
 * - no item is earlier than its parent, so items[0] is the earliest;
 * - whoever owns a time holds its index: *items[i].index == i. It is kept up
 *   to date while items move, so that the owner can find its item again.
 */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>
#include <stdint.h>

/* The index of an owner that has no time in the heap. Four bytes are enough:
 * memory would run out long before that many owners. */
#define HEAP_NONE UINT32_MAX

struct heap_item {
    uint64_t at;
    uint32_t *index; /* the owner's */
};

/* All zero is an empty heap. */
struct heap {
    struct heap_item *items;
    size_t size;
    size_t cap;
};

/* Gives the owner of that index a time, or another one. O(log n). */
void heap_set(struct heap *h, uint32_t *index, uint64_t at);

/* Takes the owner's time out, if it has one. O(log n). */
void heap_remove(struct heap *h, uint32_t *index);

/* Releases the memory. The owners must be gone. */
void heap_free(struct heap *h);

#endif
