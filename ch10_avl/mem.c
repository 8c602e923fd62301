/*
 * Whatever the C library returns goes through check(), the one place that
 * decides what happens without memory.
 */
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>

static void *check(void *mem, size_t size)
{
    if (!mem && size > 0) {
        fprintf(stderr, "out of memory (%zu bytes)\n", size);
        exit(1);
    }
    return mem;
}

void *mem_alloc(size_t size)
{
    return check(malloc(size), size);
}

void *mem_zalloc(size_t count, size_t size)
{
    return check(calloc(count, size), size);
}

void *mem_resize(void *old, size_t size)
{
    return check(realloc(old, size), size);
}

/* LIMIT: the pages of a large block go back to the system all at once. For
 * 128 MB that takes 4 ms, and everybody waits. */
void mem_free_large(void *mem, size_t size)
{
    (void)size;
    free(mem);
}
