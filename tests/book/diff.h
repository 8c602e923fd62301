/*
 * diff: reads what tests/maintain/diff prints, unified diffs of many files, made by git or by diff.
 *
 * Always true:
 * - a hunk has as many lines as its heading says, so no line of a file is taken for a heading;
 * - all text is a view of what was read;
 * - if the step is shown part by part, each part begins with a line "==== part 1: its name", and
 *   indented lines after it are its sentence;
 * - anything that is not a diff (the summary at the top) is skipped.
 */
#ifndef BOOK_DIFF_H
#define BOOK_DIFF_H

#include "text.h"

enum change { EDITED, GONE, NEW, CHANGES };

struct line {
    char sign; /* '+', '-' or ' ' */
    bool open; /* no newline at its end */
    struct str text;
    size_t before, now; /* its number in either file; 0: it is not there */
};

struct hunk {
    size_t from, to; /* its lines: from, and up to but not including to */
};

struct file {
    struct str name; /* within its stage */
    enum change change;
    struct line *lines;
    struct hunk *hunks;
    size_t n_lines, n_hunks;
    size_t added, removed;
};

struct part {
    size_t number;   /* 0: what no part names */
    struct str name;
    struct text sentence;
    size_t from, to; /* its files */
};

/* The files are in the order of reading; with parts, each file is in one of them. */
struct step {
    struct file *files;
    size_t n;
    struct part *parts;
    size_t n_parts;
};

/* The names of files are what follows "<before>/" or "<stage>/". */
void diff_read(struct step *step, struct str text, const char *before, const char *stage);
void diff_free(struct step *step);

const struct file *diff_find(const struct step *step, struct str name); /* or NULL */

#endif
