/*
 * drawing: a state of a recording as a picture, in SVG that stands in a page. Its colors are those
 * of pictures.css. What has changed has a thick edge and a badge: + new, an arrow: moved,
 * a crossed = : changed.
 */
#ifndef BOOK_DRAWING_H
#define BOOK_DRAWING_H

#include "recording.h"

/* label: a name of the picture for readers who cannot see it */
void drawing_svg(struct text *out, const struct state *state, const char *label);

/* ---- for the files that draw ---- */

enum {
    BOX_H = 26,   /* a box with a line of text */
    LETTER_W = 9, /* a little more than a letter takes */
    GAP = 10,     /* between what belongs to each other less */
};

struct canvas {
    struct text svg;
    int width, height; /* that are taken by now */
};

void draw_rect(struct canvas *c, int x, int y, int w, int h, const char *class);
void draw_text(struct canvas *c, int x, int y, const char *class, struct str s);
void draw_line(struct canvas *c, int x, int y, int to_x, int to_y, const char *class);
void draw_arrow(struct canvas *c, int x, int y, int to_x, bool both_ways); /* to the right */
void draw_badge(struct canvas *c, int x, int y, enum mark mark);           /* its middle */

/* A box of that width with a text in its middle; the badge is at its upper right. */
void draw_box(struct canvas *c, int x, int y, int w, struct str s, enum mark mark);
int box_width(const struct token *t);
void draw_token(struct canvas *c, int x, int y, const struct token *t);
const char *mark_class(enum mark mark);

/* Each draws the rows from i on that it knows, at the left, below y. Returns how many. */
size_t draw_tree(struct canvas *c, const struct state *s, size_t i, int y);
size_t draw_heap(struct canvas *c, const struct state *s, size_t i, int y);
size_t draw_tables(struct canvas *c, const struct state *s, size_t i, int y);

#endif
