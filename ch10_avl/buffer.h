/*
 * buffer: bytes in a queue, appended at the back and consumed at the front.
 *
 *      mem          begin              end            mem + cap
 *       |  consumed   |      bytes      |      room      |
 *
 * Always true:
 * - begin <= end <= cap, and the bytes stand in one piece;
 * - an empty buffer owns no memory, so that an idle connection costs little,
 *   and a buffer that is all zero is empty;
 * - consuming moves no byte, and over a buffer's life a byte that is appended
 *   is moved a constant number of times at most.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buf {
    uint8_t *mem;
    size_t cap;
    size_t begin;
    size_t end;
};

/* The bytes: valid until the next buf_extend(), buf_append() or
 * buf_consume(). */
uint8_t *buf_data(const struct buf *b);
size_t buf_size(const struct buf *b);

/* Adds n bytes, at least one, which the caller writes where this returns. */
uint8_t *buf_extend(struct buf *b, size_t n);

void buf_append(struct buf *b, const void *data, size_t n);

/* Drops n bytes from the front; there must be as many. */
void buf_consume(struct buf *b, size_t n);

/* Drops bytes from the back until size are left; there must be as many. */
void buf_truncate(struct buf *b, size_t size);

void buf_free(struct buf *b);

#endif
