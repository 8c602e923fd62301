/*
 * md_line: what a line of Markdown is, by itself.
 */
#ifndef BOOK_MD_LINE_H
#define BOOK_MD_LINE_H

#include "text.h"

struct str first_line(struct str s);
size_t indent_of(struct str line);
bool is_blank(struct str line);
size_t heading_level(struct str line); /* 1 to 6; 0: not a heading */

/* The length of "- " or "12. " at its beginning, with the blanks after it; 0: none. */
size_t list_marker(struct str line);

/* Does it end the paragraph before it? */
bool begins_block(struct str line);

#endif
