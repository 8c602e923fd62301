/*
 * mistake: writes down one mutation: what is replaced, and by what.
 */
#ifndef MISTAKE_H
#define MISTAKE_H

#include "mutations.h"

/* In f, tokens first to last become text, and as many lines as they were. */
void mistake_add(struct mutations *m, const struct source *s,
                 const struct function *f, size_t first, size_t last,
                 const char *text);

/* The text of tokens first to last with something before and after it. */
char *mistake_between(const struct source *s, const char *before, size_t first,
                      size_t last, const char *after);

#endif
