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
