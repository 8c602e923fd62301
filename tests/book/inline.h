/*
 * inline: the markup within a paragraph of Markdown: `code`, **strong**, *emphasis*,
 * [links](to), and \ before a character that means only itself.
 */
#ifndef BOOK_INLINE_H
#define BOOK_INLINE_H

#include "links.h"
#include "text.h"

/* links NULL: for a place where there must be none, such as a link. */
void inline_html(struct text *out, struct str s, const struct links *links);

/* The same without any markup, as bytes. */
void inline_plain(struct text *out, struct str s);

/* The id of a heading, as others link to it: "The map" is the-map. */
void inline_slug(struct text *out, struct str heading);

#endif
