/*
 * drawing_tree: a search tree, whose nodes stand from left to right in their order; and a heap, as
 * a tree and as the array that it is.
 */
#include "drawing.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NODES = 32, NODE_W = 42, NODE_H = 40, STEP_X = 48, STEP_Y = 64 };

/* ---- a search tree ---- */

struct tree {
    const struct row *rows[MOST_NODES];
    int x[MOST_NODES], y[MOST_NODES], parent[MOST_NODES];
    size_t n;
};

/* "left of b, height 1, count 2": the words after the comma, shortened. */
static void numbers(struct text *out, struct str words)
{
    int height = 0, count = 0;
    struct text t = {0};
    text_add(&t, words);
    char *h = t.at ? strstr(t.at, "height ") : NULL, *n = t.at ? strstr(t.at, "count ") : NULL;
    height = h ? (int)strtol(h + strlen("height "), NULL, 10) : 0;
    count = n ? (int)strtol(n + strlen("count "), NULL, 10) : 0;
    text_print(out, "h%d n%d", height, count);
    text_free(&t);
}

/* The index of the node that it hangs on; -1: on none. */
static int parent_of(const struct tree *t, const struct row *row)
{
    size_t of = str_find(row->words, " of ");
    struct str parent = str_skip(row->words, of + strlen(" of "));
    parent.len = str_find(parent, ",");
    for (size_t i = 0; of < row->words.len && i < t->n; i++) {
        if (str_same(t->rows[i]->name, parent)) {
            return (int)i;
        }
    }
    return -1;
}

static int depth_of(const struct tree *t, size_t i)
{
    int depth = 0;
    for (int p = t->parent[i]; p >= 0 && depth < MOST_NODES; p = t->parent[p]) {
        depth++;
    }
    return depth;
}

static void draw_node(struct canvas *c, const struct tree *t, size_t i)
{
    const struct row *row = t->rows[i];
    bool apart = str_starts(row->words, "apart");
    struct text small = {0};
    numbers(&small, row->words);
    draw_rect(c, t->x[i], t->y[i], NODE_W, NODE_H, mark_class(row->mark));
    draw_text(c, t->x[i] + NODE_W / 2, t->y[i] + 17, "mid title", row->name);
    draw_text(c, t->x[i] + NODE_W / 2, t->y[i] + 33, "mid small", str_view(&small));
    draw_badge(c, t->x[i] + NODE_W - 1, t->y[i], row->mark);
    if (apart) {
        draw_text(c, t->x[i] + NODE_W / 2, t->y[i] + NODE_H + 15, "mid small", str_of("apart"));
    }
    text_free(&small);
}

size_t draw_tree(struct canvas *c, const struct state *s, size_t i, int y)
{
    struct tree t = {.n = 0};
    while (t.n < MOST_NODES && i + t.n < s->n && s->rows[i + t.n].kind == NODE) {
        t.rows[t.n] = &s->rows[i + t.n];
        t.n++;
    }
    for (size_t k = 0; k < t.n; k++) {
        t.parent[k] = parent_of(&t, t.rows[k]);
    }
    for (size_t k = 0; k < t.n; k++) {
        t.x[k] = STEP_X * (int)k;
        t.y[k] = y + 6 + STEP_Y * depth_of(&t, k);
    }
    for (size_t k = 0; k < t.n; k++) {
        int p = t.parent[k];
        if (p >= 0) {
            draw_line(c, t.x[p] + NODE_W / 2, t.y[p] + NODE_H, t.x[k] + NODE_W / 2, t.y[k], "link");
        }
    }
    for (size_t k = 0; k < t.n; k++) {
        draw_node(c, &t, k);
    }
    return t.n;
}

/* ---- a heap ---- */

static int level_of(size_t i)
{
    int level = 0;
    for (i++; i > 1; i /= 2) {
        level++;
    }
    return level;
}

/* The middle of item i in a tree of that many levels. */
static int heap_x(size_t i, int levels)
{
    int level = level_of(i), place = (int)(i + 1) - (1 << level);
    int unit = STEP_X << (levels - level);
    return place * unit + unit / 2;
}

static void draw_item(struct canvas *c, const struct row *row, int x, int y)
{
    const struct token *t = row->tokens;
    if (!row->n || str_is(t->name, "-")) {
        draw_rect(c, x, y, NODE_W, BOX_H, "hole");
        return;
    }
    struct text s = {0};
    text_add(&s, t->name);
    text_char(&s, ' ');
    text_add(&s, t->value);
    draw_box(c, x, y, NODE_W, str_view(&s), t->mark);
    text_free(&s);
}

size_t draw_heap(struct canvas *c, const struct state *s, size_t i, int y)
{
    size_t n = 0, held = 0;
    while (i + n < s->n && s->rows[i + n].kind == ITEM) {
        n++;
    }
    int levels = n ? level_of(n - 1) : 0, array = y + 24 + 50 * (levels + 1);
    for (size_t k = 1; k < n; k++) {
        size_t p = (k - 1) / 2;
        draw_line(c, heap_x(p, levels), y + 8 + 50 * level_of(p) + BOX_H, heap_x(k, levels),
                  y + 8 + 50 * level_of(k), "link");
    }
    for (size_t k = 0; k < n; k++) {
        struct text number = {0};
        text_print(&number, "[%zu]", k);
        draw_item(c, &s->rows[i + k], heap_x(k, levels) - NODE_W / 2, y + 8 + 50 * level_of(k));
        draw_text(c, (NODE_W + 1) * (int)k + NODE_W / 2, array - 6, "small mid", str_view(&number));
        draw_item(c, &s->rows[i + k], (NODE_W + 1) * (int)k, array);
        text_free(&number);
    }
    for (; i + n + held < s->n && s->rows[i + n + held].kind == HAND; held++) {
        const struct row *row = &s->rows[i + n + held];
        draw_text(c, 0, array + BOX_H + 30, "name", row->name);
        draw_item(c, row, LETTER_W * (int)row->name.len + 6, array + BOX_H + 12);
    }
    return n + held;
}
