/*
 * text: for people, made piece by piece.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

#include "buffer.h"

/* Adds a piece, of any length, as printf() would print it. */
#if defined __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void text_add(struct buf *text, const char *format, ...);

/* Add a text, or a number with its name in front: several times as fast as
 * text_add(), which matters where there are thousands. */
void text_str(struct buf *text, const char *str);
void text_int(struct buf *text, const char *name, int64_t n);

#endif
