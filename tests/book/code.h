/*
 * code: one line of code as HTML: <b> keywords, <i> comments, <span> strings and directives, and
 * <ins> or <del> around what has changed in it.
 */
#ifndef BOOK_CODE_H
#define BOOK_CODE_H

#include "colour.h"
#include "text.h"

/* kinds: as colour_line() writes them. marks: bytes that are not 0 are within <mark>; or NULL */
void code_line(struct text *out, struct str line, const char *kinds, const char *marks,
               const char *mark);

/* A block of it, in <pre>. */
void code_block(struct text *out, struct str language, struct str code);

#endif
