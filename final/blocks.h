/*
 * blocks: memory for many small things of a few sizes.
 *
 *     page, 64 KB   +------+-------+-------+------+-------+--
 *                   | head | block | block | free | block | ...
 *                   +------+-------+-------+------+-------+--
 *
 * malloc() would do, but for two things. Here a block of 72 bytes costs 72
 * bytes. And all blocks can be dropped at once, page by page, without looking
 * at any of them.
 *
 * Always true:
 * - the blocks of a page have one size, a multiple of 8;
 * - a page begins at a multiple of its size, so that a block's address tells
 *   which page it is in;
 * - a page without a block in use is given back, but for a few in reserve.
 *
 * A struct blocks may pass from one thread to another, but only one at a time
 * may use it: there is no lock.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stddef.h>

enum {
    BLOCKS_MAX = 1024, /* larger ones are malloc()'s, one by one */
    BLOCKS_UNIT = 8,
};

/* All zero is empty. */
struct blocks {
    struct page *pages;                             /* all of them */
    size_t npages;
    struct page *open[BLOCKS_MAX / BLOCKS_UNIT + 1]; /* with room, by size */
    size_t nlarge; /* how many are malloc()'s */
};

/* Returns how much room a block of that size really has. */
size_t blocks_room(size_t size);

/* Returns a block of size bytes, which are not zeroed. */
void *blocks_alloc(struct blocks *b, size_t size);

/* Releases a block. The caller must pass the size that it asked for. */
void blocks_free(struct blocks *b, void *block, size_t size);

/* Releases all blocks. The caller must have freed the large ones (nlarge). */
void blocks_drop(struct blocks *b);

#endif
