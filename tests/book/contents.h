/*
 * contents: the table of contents of a stage's page: the headings of its README, and the step with
 * its parts and their files. Each page has it twice: beside the text for wide windows, and folded
 * above it for narrow ones. The style sheet shows one of them.
 */
#ifndef BOOK_CONTENTS_H
#define BOOK_CONTENTS_H

#include "diff.h"
#include "markdown.h"

struct contents {
    const struct document *doc;
    const struct step *step;
    const char *step_title;
};

void contents_beside(struct text *out, const struct contents *contents);
void contents_folded(struct text *out, const struct contents *contents);

/* The id of a part, and what it is called wherever it is named: "Part 1: the table". */
void part_id(struct text *out, const struct part *part);
void part_title(struct text *out, const struct part *part);

#endif
