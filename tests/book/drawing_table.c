/*
 * drawing_table: hash tables, side by side: a column of slots, and the chain of each at its right.
 * A pointer stands where nodes are moved from next.
 */
#include "drawing.h"

#include "html.h"

enum { SLOT_H = 31, INDEX_W = 30, POINTER_W = 24, LINK_W = 16 };

static int chain_width(const struct row *row)
{
    int w = 0;
    for (size_t k = 0; k < row->n; k++) {
        w += LINK_W + box_width(&row->tokens[k]);
    }
    return w;
}

/* The slot of that table at which somebody works, or an empty string. */
static struct str position(const struct state *s, struct str table)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->rows[i].kind == AT && str_same(s->rows[i].name, table)) {
            return s->rows[i].words;
        }
    }
    return (struct str){"", 0};
}

static void draw_slot(struct canvas *c, const struct row *row, int x, int y, bool is_here)
{
    if (is_here) {
        draw_arrow(c, x - POINTER_W + 2, y + BOX_H / 2, x - 3, false);
    }
    draw_rect(c, x, y, INDEX_W, BOX_H, "index");
    draw_text(c, x + INDEX_W / 2, y + 18, "mid", slot_number(row));
    x += INDEX_W;
    for (size_t k = 0; k < row->n; k++) {
        draw_arrow(c, x, y + BOX_H / 2, x + LINK_W, false);
        draw_token(c, x + LINK_W, y, &row->tokens[k]);
        x += LINK_W + box_width(&row->tokens[k]);
    }
}

/* Draws the table whose first slot is row i. *x: where it ends. Returns how many slots it has. */
static size_t draw_table(struct canvas *c, const struct state *s, size_t i, int *x, int y)
{
    struct str name = slot_table(&s->rows[i]), at = position(s, name);
    size_t n = slot_count(s, name);
    int w = 0, left = *x + (at.len ? POINTER_W : 0);
    draw_text(c, left, y + 18, "title", name);
    draw_badge(c, left + LETTER_W * (int)name.len + 12, y + 13, s->rows[i].mark);
    for (size_t k = 0; k < n && i + k < s->n; k++) {
        const struct row *row = &s->rows[i + k];
        int chain = chain_width(row);
        draw_slot(c, row, left, y + 32 + SLOT_H * (int)k, str_same(slot_number(row), at));
        w = chain > w ? chain : w;
    }
    *x = left + INDEX_W + w + 28;
    return n;
}

size_t draw_tables(struct canvas *c, const struct state *s, size_t i, int y)
{
    size_t from = i;
    int x = 0;
    while (i < s->n && (s->rows[i].kind == SLOT || s->rows[i].kind == AT)) {
        i += s->rows[i].kind == AT ? 1 : draw_table(c, s, i, &x, y);
    }
    return i - from;
}
