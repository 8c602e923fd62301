/*
 * Whatever the C library returns goes through check(), the one place that
 * decides what happens without memory.
 */
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>

/* Giving a smaller block back takes a twentieth of a millisecond at most. */
enum { LARGE = 1024 * 1024 };

static void (*free_large)(void *mem) = free;

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
