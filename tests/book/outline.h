/*
 * outline: what each line of a C file is in: a function, a struct, a table of values.
 *
 * If a semicolon comes before the brace, it is something else, so a prototype names nothing. Nor
 * does a label, although it stands at the beginning of its line.
 */
#ifndef BOOK_OUTLINE_H
#define BOOK_OUTLINE_H

#include "text.h"

struct outline {
    struct str *titles; /* of each line: "static int f(int a)"; len 0: it is in nothing */
    size_t lines;
};

struct outline outline_of(struct str text); /* a view of the text */
void outline_free(struct outline *outline);

/* Line numbers begin with 1. The title of a line that does not exist is empty. */
struct str outline_title(const struct outline *outline, size_t line);

#endif
