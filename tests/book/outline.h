/*
 * outline: what each line of a C file is in: a function, a struct, a table of values.
 *
 * Nothing that ends with a semicolon before its brace is one of them, so a prototype names nothing,
 * and neither does a label, though it stands at the beginning of its line.
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

/* Line numbers begin with 1; of a line that is not there it is empty. */
struct str outline_title(const struct outline *outline, size_t line);

#endif
