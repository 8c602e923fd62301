/*
 * Pages are cut from regions of address space, which cost nothing until they
 * are touched. Each page keeps the blocks that were given back in a list of
 * its own, linked through the blocks themselves. Pages that have room are in a
 * list for their size of block, so that a block is found without a search.
 */
#define _DEFAULT_SOURCE /* for MAP_ANONYMOUS */
#include "blocks.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "mem.h"

#if defined __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum {
    PAGE = 64 * 1024,
    REGION = 128 * PAGE,
    DROP = 16 * PAGE, /* goes back to the system in one piece */
    MAX_SPARE = 16, /* empty pages in reserve, for all owners */
    MANY = 16, /* an owner of more pages will soon fill the next one, too */
};

struct free_block {
    struct free_block *next;
};

struct page {
    struct page *prev; /* of all pages */
    struct page *next;
    struct page *prev_open; /* of those of this size that have room */
    struct page *next_open;
    struct free_block *free; /* blocks that were given back */
    uint32_t fresh;          /* where the unused ones begin */
    uint32_t size;           /* of a block */
    uint32_t nused;
};

enum { HEAD = (sizeof(struct page) + 15) / 16 * 16 };

/* Only the loop takes pages, so there is no lock. Other threads only drop
 * them, which goes straight to the system. */
static struct {
    uint8_t *region; /* what is left of it */
    size_t left;
    struct page *spare[MAX_SPARE];
    size_t nspare;
} source;

static struct page *page_of(const void *block)
{
    return (struct page *)((uintptr_t)block & ~(uintptr_t)(PAGE - 1));
}

/* Maps a region whose address is a multiple of a page's size. mmap() promises
 * only the system's own, smaller pages; so this asks for one page more, and
 * gives the odd ends back. */
static void map_region(void)
{
    uint8_t *all = mmap(NULL, REGION + PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED)
        mem_fail(REGION);
    size_t odd = -(uintptr_t)all & (PAGE - 1);
    if (odd > 0)
        munmap(all, odd);
    if (odd < PAGE)
        munmap(all + odd + REGION, PAGE - odd);
    source.region = all + odd;
    source.left = REGION;
}

static struct page *take_page(void)
{
    if (source.nspare > 0)
        return source.spare[--source.nspare];
    if (source.left == 0)
        map_region();
    source.left -= PAGE;
    return (struct page *)(source.region + source.left);
}

static void give_back(struct page *p)
{
    ASAN_UNPOISON_MEMORY_REGION(p, PAGE);
    if (source.nspare < MAX_SPARE)
        source.spare[source.nspare++] = p;
    else
        munmap(p, PAGE);
}

/* A page is open, that is, on the list of its size, while it has room. A full
 * one is on no such list until one of its blocks is given back. */
static struct page **open_of(struct blocks *b, const struct page *p)
{
    return &b->open[p->size / BLOCKS_UNIT];
}

static void open_page(struct blocks *b, struct page *p)
{
    struct page **first = open_of(b, p);

    p->prev_open = NULL;
    p->next_open = *first;
    if (*first)
        (*first)->prev_open = p;
    *first = p;
}

static void shut_page(struct blocks *b, struct page *p)
{
    if (p->prev_open)
        p->prev_open->next_open = p->next_open;
    else
        *open_of(b, p) = p->next_open;
    if (p->next_open)
        p->next_open->prev_open = p->prev_open;
}

/* The pages of a small owner are touched one by one, as they fill. A large one
 * will fill this page soon, so all of it is asked for at once. */
static struct page *add_page(struct blocks *b, size_t size)
{
    struct page *p = take_page();

    if (++b->npages > MANY)
        mem_populate(p, PAGE);
    *p = (struct page){.next = b->pages, .fresh = HEAD, .size = (uint32_t)size};
    ASAN_POISON_MEMORY_REGION((uint8_t *)p + HEAD, PAGE - HEAD);
    if (b->pages)
        b->pages->prev = p;
    b->pages = p;
    open_page(b, p);
    return p;
}

static void remove_page(struct blocks *b, struct page *p)
{
    shut_page(b, p);
    if (p->prev)
        p->prev->next = p->next;
    else
        b->pages = p->next;
    if (p->next)
        p->next->prev = p->prev;
    b->npages--;
    give_back(p);
}

static bool is_full(const struct page *p)
{
    return !p->free && p->fresh + p->size > PAGE;
}

size_t blocks_room(size_t size)
{
    if (size > BLOCKS_MAX)
        return size;
    return (size + BLOCKS_UNIT - 1) / BLOCKS_UNIT * BLOCKS_UNIT;
}

void *blocks_alloc(struct blocks *b, size_t size)
{
    assert(size > 0);
    if (size > BLOCKS_MAX) {
        b->nlarge++;
        return mem_alloc(size);
    }
    size = blocks_room(size);
    struct page *p = b->open[size / BLOCKS_UNIT];
    if (!p)
        p = add_page(b, size);

    void *block = p->free;
    if (block) {
        ASAN_UNPOISON_MEMORY_REGION(block, size);
        p->free = p->free->next;
    } else {
        block = (uint8_t *)p + p->fresh;
        p->fresh += p->size;
        ASAN_UNPOISON_MEMORY_REGION(block, size);
    }
    p->nused++;
    if (is_full(p))
        shut_page(b, p);
    return block;
}

/* The last open page of a size is kept, even when it is empty: otherwise a
 * block that comes and goes would map a page each time. */
void blocks_free(struct blocks *b, void *block, size_t size)
{
    if (size > BLOCKS_MAX) {
        b->nlarge--;
        free(block);
        return;
    }
    struct page *p = page_of(block);
    struct free_block *f = block;
    if (is_full(p))
        open_page(b, p);
    f->next = p->free;
    p->free = f;
    ASAN_POISON_MEMORY_REGION(block, p->size);
    p->nused--;
    if (p->nused == 0 && (p->prev_open || p->next_open))
        remove_page(b, p);
}

/* Regions are cut from their end, and the list begins with the latest page. So
 * a page is often followed by its neighbor in memory, and neighbors go back in
 * one call. They are only a few at once: while the system takes memory back, a
 * thread that needs some has to wait. */
void blocks_drop(struct blocks *b)
{
    assert(b->nlarge == 0);
    for (struct page *p = b->pages; p;) {
        uint8_t *from = (uint8_t *)p;
        size_t size = 0;
        do {
            size += PAGE;
            p = p->next;
        } while ((uint8_t *)p == from + size && size < DROP);
        ASAN_UNPOISON_MEMORY_REGION(from, size);
        munmap(from, size);
    }
    *b = (struct blocks){0};
}
