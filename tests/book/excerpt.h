/*
 * excerpt: a piece of code in a README, and the paragraph before it, which says where it is from:
 *
 *     [`avl.c`](avl.c), `mend()`:
 *
 * If that is a file of this step, the paragraph gets an id, and a link to the line at which the
 * code begins; and the heading of the file can lead back.
 */
#ifndef BOOK_EXCERPT_H
#define BOOK_EXCERPT_H

#include "diff.h"

struct excerpt {
    const struct file *file;
    struct str what;  /* `mend()`, as it is written; may be empty */
    size_t line;      /* where it begins in the file as it is now; 0: not in what the step shows */
};

/* false: the paragraph introduces no excerpt. rest: what follows it, beginning with the fence. */
bool excerpt_read(struct excerpt *e, struct str paragraph, struct str rest,
                  const struct step *step);

/* The id of the one with that number, from 1 on. */
void excerpt_id(struct text *out, size_t number);

#endif
