/*
 * pair: what has changed within a line, where lines were removed and others put in their place.
 *
 * Always true:
 * - pairs do not cross: a later removed line is paired with a later added one;
 * - two lines are a pair only if most of what is in them is the same;
 * - a changed range begins and ends between words, never within a character.
 */
#ifndef BOOK_PAIR_H
#define BOOK_PAIR_H

#include "diff.h"

#define UNPAIRED ((size_t)-1)

/* Pairs the removed lines of a block with the added ones after them: pair[i] is the index of the
 * added line that the i-th removed line became, or UNPAIRED. */
void pair_lines(const struct line *removed, size_t n_removed, const struct line *added,
                size_t n_added, size_t *pair);

/* Marks with 1 the bytes of each line that the other one lacks, all others with 0. */
void pair_marks(struct str a, struct str b, char *marks_a, char *marks_b);

#endif
