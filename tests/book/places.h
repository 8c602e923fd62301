/*
 * places: which page shows a file of the project: the page of the stage that changed it last.
 */
#ifndef BOOK_PLACES_H
#define BOOK_PLACES_H

#include "diff.h"

struct place {
    struct text name;
    const char *stage;
};

struct places {
    struct place *at;
    size_t n;
};

/* The files of this step are on the page of that stage from now on; it outlives the places. */
void places_set(struct places *places, const struct step *step, const char *stage);
void places_free(struct places *places);

const char *places_find(const struct places *places, struct str name); /* or NULL */

#endif
