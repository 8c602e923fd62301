/*
 * html: text that is safe in a page, wherever it comes from.
 *
 * Always true of what is written:
 * - & < > " and ' are entities, so it can neither open a tag nor end an attribute;
 * - it is UTF-8: invalid bytes become U+FFFD, and control characters become their pictures.
 */
#ifndef BOOK_HTML_H
#define BOOK_HTML_H

#include "text.h"

void html_text(struct text *out, struct str s);
void html_say(struct text *out, const char *s);

/* A name as the value of an id, and in a link to it: letters, digits and .:/-, others as _xx. */
void html_id(struct text *out, struct str s);

#endif
