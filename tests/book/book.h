/*
 * book: what all pages know: the project, its stages, and where the parts of a page come from.
 *
 *   data/stages         one line per stage, with tabs between its fields: name, chapters, files,
 *                       lines, code, limits, tests, new, edited, gone
 *
 *   data/STAGE.diff     the step to it, as tests/maintain/diff prints it
 *   data/STAGE.theme    what the step is about, in one line; may be missing
 *   data/STAGE.steps    for final: the names of the steps that lead to it from the last chapter,
 *                       which its page lists instead of a diff; may be missing
 *   data/STAGE.files    its source files, one name per line
 *   data/pictures       the names of the pictures that ask, one per line; may be missing
 *   data/style.css      goes into every page, as does data/keys.js; data/pictures.css and
 *                       data/ask.js go into the pages of the pictures
 *   project/STAGE       its files and its README.md; project/README.md
 *   project/tests/book/pictures/NAME.ask, NAME.rec      a picture: see ask.h
 *
 * A step between the last chapter and final counts as a stage, too: f06_rows. Its README is in the
 * folder final/steps/f06_rows, which matters for its links.
 */
#ifndef BOOK_BOOK_H
#define BOOK_BOOK_H

#include "ask.h"
#include "places.h"
#include "text.h"

enum column { CHAPTERS = 1, FILES, LINES, CODE, LIMITS, TESTS, NEW_LINES, EDITED_LINES,
              GONE_LINES, COLUMNS };

struct stage {
    char *name;
    struct text dir; /* of its README, in the project: "ch08_hashtable/" */
    const char *before; /* the one before: its name; "": it is the first */
    const char *after;
    struct str column[COLUMNS];
    struct text theme; /* empty: it has none */
};

struct book {
    const char *data, *project, *out;
    struct text table;
    struct stage *stages;
    const char **names; /* of all stages; NULL at the end */
    size_t n;
    struct places places; /* where the files of the pages that are written were last changed */
    struct text picture_names;
    struct picture *pictures;
    size_t n_pictures;
    struct text style, script, picture_style, picture_script;
    struct text license; /* what the project's README says first under that heading; or empty */
};

/* Where a page begins and ends. `main` is what a reader wants first. */
struct page {
    struct text html;
    const char *title;
    const char *before, *after; /* pages, or "" */
    const char *before_title, *after_title; /* NULL: the names of the pages are shown */
    bool is_index;
    bool asks; /* it is the page of a picture */
};

void page_begin(struct page *page, const struct book *book);
void page_end(struct page *page, const struct book *book);
void page_write(struct page *page, const struct book *book, const char *name);

/* The pages. */
void write_step(struct book *book, const struct stage *stage);
void write_index(const struct book *book);
void write_picture(const struct book *book, size_t i);

/* Links to the pictures: on the page of a stage, and in the index. Nothing without pictures. */
void pictures_of_stage(struct text *out, const struct book *book, const char *stage);
void pictures_index(struct text *out, const struct book *book);

/* A file of the data or the project; empty if it does not exist. */
struct text read_part(const char *dir, const char *name, const char *end);

#endif
