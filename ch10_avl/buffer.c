/*
 * The bytes in use lie between begin and end of one block of memory: they are
 * appended at end, and consumed at begin. When the last byte has been consumed
 * the block is freed, so an empty buffer owns none.
 */
#include "buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Most clients' bytes of a turn fit, so that few buffers ever have to grow. */
enum { SMALLEST = 1024 };

uint8_t *buf_data(const struct buf *b)
{
    return b->mem ? b->mem + b->begin : NULL;
}

size_t buf_size(const struct buf *b)
{
    return b->end - b->begin;
}

/* Makes room for n bytes at the back. If at least as many bytes have been
 * consumed as are left, those are moved to the front of the memory. Otherwise
 * the memory is doubled. Either way, each byte moved is paid for by another
 * that came or went before. */
static void make_room(struct buf *b, size_t n)
{
    size_t size = buf_size(b);
    size_t cap = b->cap ? b->cap : SMALLEST;

    if (n <= b->cap - b->end)
        return;
    if (size > b->begin || n > b->cap - size) {
        while (cap == b->cap || cap - size < n)
            cap *= 2;
    }
    if (b->begin > 0)
        memmove(b->mem, b->mem + b->begin, size);
    b->begin = 0;
    b->end = size;
    if (cap != b->cap)
        b->mem = mem_resize(b->mem, cap);
    b->cap = cap;
}

uint8_t *buf_extend(struct buf *b, size_t n)
{
    assert(n > 0);
    make_room(b, n);
    b->end += n;
    return b->mem + b->end - n;
}

void buf_append(struct buf *b, const void *data, size_t n)
{
    if (n > 0)
        memcpy(buf_extend(b, n), data, n);
}

void buf_consume(struct buf *b, size_t n)
{
    assert(n <= buf_size(b));
    b->begin += n;
    if (b->begin == b->end)
        buf_free(b);
}

void buf_truncate(struct buf *b, size_t size)
{
    assert(size <= buf_size(b));
    b->end = b->begin + size;
    if (b->begin == b->end)
        buf_free(b);
}

void buf_free(struct buf *b)
{
    free(b->mem);
    *b = (struct buf){0};
}
