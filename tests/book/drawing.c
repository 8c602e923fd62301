/*
 * drawing: see drawing.h. A picture is a column of blocks, in the order of the recording. Rows that
 * make one block only together (a tree, a heap, tables) are drawn in drawing_tree.c and
 * drawing_table.c.
 */
#include "drawing.h"

#include <stdlib.h>

#include "html.h"

enum { CELL_W = 25, CELLS = 10, LEVEL_W = 200 };

/* ---- marks and boxes ---- */

static void take(struct canvas *c, int x, int y)
{
    c->width = x > c->width ? x : c->width;
    c->height = y > c->height ? y : c->height;
}

const char *mark_class(enum mark mark)
{
    static const char *const classes[MARKS] = {"box", "box fresh", "box moved", "box changed"};
    return classes[mark];
}

void draw_rect(struct canvas *c, int x, int y, int w, int h, const char *class)
{
    text_print(&c->svg,
               "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"></rect>",
               class, x, y, w, h);
    take(c, x + w, y + h);
}

void draw_text(struct canvas *c, int x, int y, const char *class, struct str s)
{
    text_print(&c->svg, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y);
    html_text(&c->svg, s);
    text_say(&c->svg, "</text>");
    take(c, x, y + 4);
}

void draw_line(struct canvas *c, int x, int y, int to_x, int to_y, const char *class)
{
    text_print(&c->svg, "<path class=\"%s\" d=\"M%d %dL%d %d\"></path>", class, x, y, to_x, to_y);
    take(c, to_x, to_y);
}

void draw_arrow(struct canvas *c, int x, int y, int to_x, bool both_ways)
{
    draw_line(c, x, y, to_x, y, "link");
    text_print(&c->svg, "<path class=\"link\" d=\"M%d %dl5 4l-5 4\"></path>", to_x - 5, y - 4);
    if (both_ways) {
        text_print(&c->svg, "<path class=\"link\" d=\"M%d %dl-5 4l5 4\"></path>", x + 5, y - 4);
    }
}

void draw_badge(struct canvas *c, int x, int y, enum mark mark)
{
    static const char *const signs[MARKS] = {"", "+", "\xE2\x86\x92", "\xE2\x89\xA0"};
    if (mark != SAME) {
        text_print(&c->svg, "<circle class=\"badge\" cx=\"%d\" cy=\"%d\" r=\"7\"></circle>", x, y);
        draw_text(c, x, y + 4, "sign", str_of(signs[mark]));
        take(c, x + 9, y + 9);
    }
}

void draw_box(struct canvas *c, int x, int y, int w, struct str s, enum mark mark)
{
    draw_rect(c, x, y, w, BOX_H, mark_class(mark));
    draw_text(c, x + w / 2, y + 18, "mid", s);
    draw_badge(c, x + w - 1, y, mark);
}

int box_width(const struct token *t)
{
    size_t letters = t->name.len + (t->value.len ? t->value.len + 1 : 0);
    return LETTER_W * (int)letters + 16;
}

void draw_token(struct canvas *c, int x, int y, const struct token *t)
{
    struct text s = {0};
    text_add(&s, t->name);
    text_say(&s, t->value.len ? " " : "");
    text_add(&s, t->value);
    draw_box(c, x, y, box_width(t), str_view(&s), t->mark);
    text_free(&s);
}

/* ---- rows of words ---- */

static size_t draw_title(struct canvas *c, const struct state *s, size_t i, int y)
{
    draw_line(c, 0, y + 6, 300, y + 6, "rule");
    draw_text(c, 0, y + 28, "title", s->rows[i].name);
    return 1;
}

/* Where the values of facts and the cells of bytes begin: behind the longest name. */
static int column(const struct state *s)
{
    size_t longest = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool counts = s->rows[i].kind == FACT || s->rows[i].kind == BYTES;
        longest = counts && s->rows[i].name.len > longest ? s->rows[i].name.len : longest;
    }
    return (int)longest * 8 + 12;
}

static size_t draw_fact(struct canvas *c, const struct state *s, size_t i, int y)
{
    const struct row *row = &s->rows[i];
    int x = column(s), end = x + LETTER_W * (int)row->words.len;
    draw_text(c, 0, y + 16, "name", row->name);
    draw_text(c, x, y + 16, row->mark == SAME ? "value" : "value marked", row->words);
    take(c, end + 20, y + 16);
    draw_badge(c, end + 10, y + 11, row->mark);
    return 1;
}

/* "300 of 256 KiB": a bar, and a line where the limit is. */
static size_t draw_level(struct canvas *c, const struct state *s, size_t i, int y)
{
    const struct row *row = &s->rows[i];
    struct text words = {0};
    text_add(&words, row->words);
    char *end = words.at ? words.at : "";
    long level = strtol(end, &end, 10), limit = 1;
    if (str_starts(str_of(end), " of ")) {
        limit = strtol(end + 4, &end, 10);
    }
    limit = limit > 0 ? limit : 1;
    int w = (int)(level * LEVEL_W / limit), most = LEVEL_W * 3 / 2;
    draw_text(c, 0, y + 18, "name", row->name);
    draw_text(c, LETTER_W * (int)row->name.len + 12, y + 18,
              row->mark == SAME ? "value" : "value marked", row->words);
    draw_badge(c, LETTER_W * (int)(row->name.len + row->words.len) + 30, y + 13, row->mark);
    draw_rect(c, 0, y + 28, most, 20, "hole");
    if (w > 0) {
        draw_rect(c, 0, y + 28, w < most ? w : most, 20, "fill");
    }
    draw_line(c, LEVEL_W, y + 24, LEVEL_W, y + 52, "limit");
    draw_text(c, LEVEL_W, y + 66, "small mid", str_of("limit"));
    text_free(&words);
    return 1;
}

/* ---- rows of things ---- */

static bool is_missing(const struct token *t)
{
    return str_is(t->name, "__");
}

static void draw_byte(struct canvas *c, int x, int y, const struct token *t)
{
    bool missing = is_missing(t);
    draw_rect(c, x + 1, y, CELL_W - 2, BOX_H, missing ? "hole" : mark_class(t->mark));
    if (!missing) {
        draw_text(c, x + CELL_W / 2, y + 18, t->name.len == 1 ? "mid letter" : "mid", t->name);
    }
}

/* A badge for each run of cells with the same mark. */
static size_t draw_bytes(struct canvas *c, const struct state *s, size_t i, int y)
{
    const struct row *row = &s->rows[i];
    int left = column(s);
    draw_text(c, 0, y + 20, "name", row->name);
    if (!row->n) {
        draw_text(c, left, y + 20, "soft", str_of("empty"));
        draw_badge(c, left + 5 * LETTER_W + 12, y + 15, row->mark);
        take(c, left, y + BOX_H);
    }
    for (size_t k = 0; k < row->n; k++) {
        const struct token *t = &row->tokens[k];
        bool last = k + 1 == row->n || row->tokens[k + 1].mark != t->mark;
        int x = left + CELL_W * (int)(k % CELLS), top = y + 2 + (BOX_H + 6) * (int)(k / CELLS);
        draw_byte(c, x, top, t);
        draw_badge(c, x + CELL_W - 3, top, last ? t->mark : SAME);
    }
    return 1;
}

static size_t draw_chain(struct canvas *c, const struct state *s, size_t i, int y)
{
    const struct row *row = &s->rows[i];
    int x = LETTER_W * (int)row->name.len + 8;
    draw_text(c, 0, y + 26, "name", row->name);
    for (size_t k = 0; k < row->n; k++) {
        draw_arrow(c, x, y + 21, x + 20, false);
        draw_token(c, x + 20, y + 8, &row->tokens[k]);
        x += 20 + box_width(&row->tokens[k]);
    }
    draw_arrow(c, x, y + 21, x + 20, false);
    draw_text(c, x + 26, y + 26, "soft", str_of("NULL"));
    take(c, x + 26 + 4 * LETTER_W, y + 34);
    return 1;
}

/* The head is a node, too; a line leads from the last one back to it. */
static size_t draw_ring(struct canvas *c, const struct state *s, size_t i, int y)
{
    const struct row *row = &s->rows[i];
    int w = LETTER_W * (int)row->name.len + 16, x = w, end;
    draw_rect(c, 0, y + 8, w, BOX_H, "head");
    draw_text(c, w / 2, y + 26, "mid", row->name);
    for (size_t k = 0; k < row->n; k++) {
        draw_arrow(c, x, y + 21, x + 20, true);
        draw_token(c, x + 20, y + 8, &row->tokens[k]);
        x += 20 + box_width(&row->tokens[k]);
    }
    end = row->n ? x - 20 : w - 12;
    text_print(&c->svg, "<path class=\"link\" d=\"M%d %dV%dH12V%d\"></path>", end, y + 34, y + 46,
               y + 34);
    text_print(&c->svg, "<path class=\"link\" d=\"M8 %dl4 -5l4 5\"></path>", y + 39);
    if (!row->n) {
        draw_text(c, w + 12, y + 26, "soft", str_of("empty"));
        take(c, w + 70, y + 26);
        draw_badge(c, w + 72, y + 21, row->mark);
    }
    take(c, x, y + 48);
    return 1;
}

static size_t draw_set(struct canvas *c, const struct state *s, size_t i, int y)
{
    const struct row *row = &s->rows[i];
    int x = 8;
    draw_text(c, 0, y + 16, "name", row->name);
    draw_rect(c, 0, y + 22, 200, BOX_H + 16, "hole");
    for (size_t k = 0; k < row->n; k++) {
        draw_token(c, x, y + 30, &row->tokens[k]);
        x += box_width(&row->tokens[k]) + 12;
    }
    if (!row->n) {
        draw_text(c, x, y + 48, "soft", str_of("none"));
    }
    return 1;
}

static size_t draw_nothing(struct canvas *c, const struct state *s, size_t i, int y)
{
    (void)c;
    (void)s;
    (void)i;
    (void)y;
    return 1;
}

/* ---- the whole ---- */

void drawing_svg(struct text *out, const struct state *state, const char *label)
{
    static size_t (*const draw[KINDS])(struct canvas *, const struct state *, size_t, int) = {
        [TITLE] = draw_title, [FACT] = draw_fact, [LEVEL] = draw_level,  [BYTES] = draw_bytes,
        [CHAIN] = draw_chain, [RING] = draw_ring,  [SET] = draw_set,      [SLOT] = draw_tables,
        [AT] = draw_tables,   [NODE] = draw_tree,  [ITEM] = draw_heap,    [HAND] = draw_heap,
        [DID] = draw_nothing, [TEXT] = draw_nothing};
    struct canvas c = {0};
    for (size_t i = 0; i < state->n;) {
        int y = c.height ? c.height + GAP : 4;
        i += draw[state->rows[i].kind](&c, state, i, y);
    }
    int w = c.width + 12, h = c.height + 6;
    text_print(out,
               "<svg role=\"img\" viewBox=\"-2 -4 %d %d\" style=\"--w:%dpx\" aria-label=\"", w,
               h + 4, w);
    html_say(out, label);
    text_say(out, "\">");
    text_add(out, str_view(&c.svg));
    text_say(out, "</svg>\n");
    text_free(&c.svg);
}
