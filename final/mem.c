#define _DEFAULT_SOURCE /* for MADV_HUGEPAGE */
#include "mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Giving a smaller block back takes a twentieth of a millisecond at most. */
enum { LARGE = 1024 * 1024 };

static void (*free_large)(void *mem) = free;

void mem_fail(size_t size)
{
    fprintf(stderr, "out of memory (%zu bytes)\n", size);
    exit(1);
}

static void *check(void *mem, size_t size)
{
    if (!mem && size > 0)
        mem_fail(size);
    return mem;
}

void *mem_alloc(size_t size)
{
    return check(malloc(size), size);
}

void *mem_zalloc(size_t count, size_t size)
{
    void *mem = check(calloc(count, size), size);

    mem_large_pages(mem, count * size);
    return mem;
}

/* The ends that do not fill a large page stay as they are. */
void mem_large_pages(void *mem, size_t size)
{
#ifdef MADV_HUGEPAGE
    uintptr_t page = 2 * 1024 * 1024;
    uintptr_t from = ((uintptr_t)mem + page - 1) & ~(page - 1);
    uintptr_t to = ((uintptr_t)mem + size) & ~(page - 1);

    if (size >= page && from < to)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
#else
    (void)mem;
    (void)size;
#endif
}

void *mem_resize(void *old, size_t size)
{
    return check(realloc(old, size), size);
}

void mem_free_large_by(void (*release)(void *mem))
{
    free_large = release;
}

void mem_free_large(void *mem, size_t size)
{
    if (size < LARGE)
        free(mem);
    else
        free_large(mem);
}
