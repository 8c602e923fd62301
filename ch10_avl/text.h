/*
 * text: for people, made piece by piece.
 */
#ifndef TEXT_H
#define TEXT_H

#include "buffer.h"

/* Adds a piece, of any length, as printf() would print it. */
#if defined __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void text_add(struct buf *text, const char *format, ...);

#endif
