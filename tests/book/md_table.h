/*
 * md_table: a table of Markdown, lines that begin with |.
 */
#ifndef BOOK_MD_TABLE_H
#define BOOK_MD_TABLE_H

#include "inline.h"

/* Takes it off *rest, which begins with one. */
void md_table(struct text *out, struct str *rest, const struct links *links);

#endif
