/*
 * markdown: the part of Markdown that our READMEs are written in, as HTML: headings, paragraphs,
 * lists, tables, fenced and indented code, <details> with a <summary>, and what inline.h has.
 * Any other HTML in it is text.
 */
#ifndef BOOK_MARKDOWN_H
#define BOOK_MARKDOWN_H

#include "excerpt.h"
#include "inline.h"

struct heading {
    int level;
    struct text title; /* as it is written */
    struct text id;    /* unique in the page */
};

struct document {
    const struct links *links;
    struct heading *headings; /* all of them, in order */
    size_t n;
    struct excerpt *excerpts;
    size_t n_excerpts;
};

void markdown_html(struct text *out, struct str source, struct document *doc);
void markdown_free(struct document *doc);

#endif
