/*
 * links: where the links of a README lead to in the book.
 *
 * A link goes to the place of its target in the book. Another stage's README is that stage's page.
 * A file of this stage is on this page, or on the page of the stage that changed it last. If the
 * target is not in the book, the text stays without a link.
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

/* Writes the target; nothing if it is not in the book. */
void link_target(struct text *out, struct str url, const struct links *links);

#endif
