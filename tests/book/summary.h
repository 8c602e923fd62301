/*
 * summary: what a step consists of, before its lines: its files, or the steps that lead to it.
 */
#ifndef BOOK_SUMMARY_H
#define BOOK_SUMMARY_H

#include "book.h"
#include "diff.h"

/* "edited", and a number after its sign; nothing for 0. */
const char *change_name(enum change change);
void summary_count(struct text *out, const char *sign, size_t n);

/* The files of a step, by parts, and those of the stage that are not in it: they are the same. */
void summary_files(struct text *out, const struct step *step);
void summary_carried(struct text *out, const struct step *step, struct str files,
                     const struct places *places);

/* A table of steps, and a list of files that leads to the pages where they were changed last. */
void summary_steps(struct text *out, const struct book *book, struct str names);
void summary_places(struct text *out, struct str files, const struct places *places);

#endif
