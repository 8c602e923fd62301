/*
 * text: for people, made piece by piece.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>
#include <string.h>

#include "buffer.h"

/* Adds a piece, of any length, as printf() would print it. */
#if defined __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void text_add(struct buf *text, const char *format, ...);

/* Add a text, a number, or a number with its name in front: several times as
 * fast as text_add(), which matters where there are thousands. They are inline
 * so that the compiler can count the bytes of a literal. */
void text_number(struct buf *text, int64_t n);
static inline void text_str(struct buf *text, const char *str)
{
    buf_append(text, str, strlen(str));
}
static inline void text_int(struct buf *text, const char *name, int64_t n)
{
    text_str(text, name);
    text_number(text, n);
}

#endif
