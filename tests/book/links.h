/*
 * links: where the links of a README lead to in the book.
 *
 * A link leads to where its target is in the book: another stage's README is that stage's page, a
 * file of this stage is its place in the page, or in the page of the stage that changed it last.
 * What is nowhere in the book is no link.
 */
#ifndef BOOK_LINKS_H
#define BOOK_LINKS_H

#include "places.h"

struct links {
    const char *const *stages; /* all of them, NULL at the end */
    const char *stage;         /* whose README it is; "": the project's */
    const char *dir;           /* where that is, in the project: "ch08_hashtable/" */
    const struct step *step;   /* the files of this page; or NULL */
    const struct places *places;
};

/* Writes it; nothing if it is not in the book. */
void link_target(struct text *out, struct str url, const struct links *links);

#endif
