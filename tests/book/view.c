/*
 * view: see view.h.
 */
#include "view.h"

#include <stdlib.h>

#include "code.h"
#include "colour.h"
#include "html.h"
#include "outline.h"
#include "pair.h"

struct side {
    unsigned char *states; /* before each line */
    size_t lines;
    struct outline outline;
};

struct view {
    struct text *out;
    const struct file *f;
    struct side before, now;
    enum language language;
};

/* ---- cells ---- */

static void code(const struct view *v, const struct line *line, const char *marks)
{
    const struct side *side = line->sign == '-' ? &v->before : &v->now;
    size_t number = line->sign == '-' ? line->before : line->now;
    char *kinds = new_array(line->text.len, 1);
    int state = number - 1 < side->lines ? side->states[number - 1] : 0;
    colour_line(v->language, state, line->text, kinds);
    code_line(v->out, line->text, kinds, marks, line->sign == '-' ? "del" : "ins");
    if (line->open) {
        text_say(v->out, "<em class=\"open\"> no newline at the end</em>");
    }
    free(kinds);
}

static void number(const struct view *v, const struct line *line)
{
    struct text id = {0};
    html_id(&id, v->f->name);
    if (line->sign == '-') {
        text_print(&id, ":-%zu", line->before);
    } else {
        text_print(&id, ":%zu", line->now);
    }
    text_print(v->out, "<th scope=\"row\" id=\"%s\"><a href=\"#%s\" tabindex=\"-1\">%zu</a></th>",
               id.at, id.at, line->sign == '-' ? line->before : line->now);
    text_free(&id);
}

/* row: the row of its block in which it is when side by side; 0: the next one */
static void changed_row(const struct view *v, const struct line *line, const char *marks,
                        size_t row)
{
    bool added = line->sign == '+', whole = v->f->change != EDITED;
    text_say(v->out, added ? "<tr class=\"a\"" : "<tr class=\"d\"");
    if (row) {
        text_print(v->out, " style=\"grid-row:%zu\"", row);
    }
    text_say(v->out, added && !whole ? "><td></td>" : ">");
    number(v, line);
    text_say(v->out, added || whole ? "" : "<td></td>");
    text_say(v->out, added ? "<td>+</td><td>" : "<td>\xE2\x88\x92</td><td>");
    code(v, line, marks);
    text_say(v->out, "</td></tr>\n");
}

static void same_row(const struct view *v, const struct line *line)
{
    text_print(v->out, "<tr><td>%zu</td>", line->before);
    number(v, line);
    text_say(v->out, "<td></td><td>");
    code(v, line, NULL);
    text_say(v->out, "</td><td aria-hidden=\"true\">");
    code(v, line, NULL);
    text_say(v->out, "</td></tr>\n");
}

/* ---- a block of removed lines and the added ones in their place ---- */

struct block {
    const struct line *removed, *added;
    size_t n_removed, n_added;
    size_t *pair;            /* of a removed line: the added one that it became */
    size_t *row, *added_row; /* from 1 on, when side by side */
};

/* Pairs stand side by side. What has no partner fills the rows between them. */
static bool arrange(struct block *b)
{
    size_t i = 0, j = 0, row = 0;
    bool shifted = false;
    while (i < b->n_removed || j < b->n_added) {
        size_t p = i; /* the next one with a partner */
        while (p < b->n_removed && b->pair[p] == UNPAIRED) {
            p++;
        }
        size_t q = p < b->n_removed ? b->pair[p] : b->n_added, start = row;
        for (row = start; i < p; i++) {
            b->row[i] = ++row;
        }
        size_t end = row;
        for (row = start; j < q; j++) {
            b->added_row[j] = ++row;
        }
        row = row > end ? row : end;
        if (p < b->n_removed) {
            shifted = shifted || row + 1 != i + 1 || row + 1 != j + 1;
            b->row[i++] = b->added_row[j++] = ++row;
        }
    }
    return shifted;
}

/* The line that became b->added[j], or NULL. */
static const struct line *origin(const struct block *b, size_t j)
{
    for (size_t i = 0; i < b->n_removed; i++) {
        if (b->pair[i] == j) {
            return &b->removed[i];
        }
    }
    return NULL;
}

static void block_row(const struct view *v, const struct line *line, const struct line *other,
                      size_t row)
{
    char *marks = new_array(line->text.len, 1);
    char *others = new_array(other ? other->text.len : 0, 1);
    if (other) {
        pair_marks(line->text, other->text, marks, others);
    }
    changed_row(v, line, other ? marks : NULL, row);
    free(marks);
    free(others);
}

static void block_rows(const struct view *v, struct block *b)
{
    b->pair = new_array(b->n_removed, sizeof *b->pair);
    b->row = new_array(b->n_removed, sizeof *b->row);
    b->added_row = new_array(b->n_added, sizeof *b->added_row);
    pair_lines(b->removed, b->n_removed, b->added, b->n_added, b->pair);
    bool shifted = arrange(b);
    text_say(v->out, "<tbody class=\"x\">\n");
    for (size_t i = 0; i < b->n_removed; i++) {
        const struct line *to = b->pair[i] == UNPAIRED ? NULL : &b->added[b->pair[i]];
        block_row(v, &b->removed[i], to, shifted ? b->row[i] : 0);
    }
    for (size_t j = 0; j < b->n_added; j++) {
        block_row(v, &b->added[j], origin(b, j), shifted ? b->added_row[j] : 0);
    }
    text_say(v->out, "</tbody>\n");
    free(b->pair);
    free(b->row);
    free(b->added_row);
}

/* ---- hunks ---- */

static size_t run_of(const struct file *f, size_t i, size_t to, char sign)
{
    size_t n = 0;
    while (i + n < to && f->lines[i + n].sign == sign) {
        n++;
    }
    return n;
}

/* The title of the first changed line that is inside something. */
static struct str hunk_title(const struct view *v, const struct hunk *h)
{
    struct str title = {"", 0};
    for (size_t i = h->from; i < h->to && !title.len; i++) {
        const struct line *line = &v->f->lines[i];
        if (line->sign == '+') {
            title = outline_title(&v->now.outline, line->now);
        } else if (line->sign == '-') {
            title = outline_title(&v->before.outline, line->before);
        }
    }
    return title;
}

static void hunk_heading(const struct view *v, const struct hunk *h)
{
    struct str title = hunk_title(v, h);
    size_t first = 0, last = 0;
    for (size_t i = h->from; i < h->to; i++) {
        size_t now = v->f->lines[i].now;
        first = first ? first : now;
        last = now ? now : last;
    }
    text_say(v->out, "<tbody>\n<tr class=\"h\"><th scope=\"rowgroup\" colspan=\"4\">");
    if (first) {
        text_print(v->out, first == last ? "line %zu" : "lines %zu to %zu", first, last);
    } else {
        text_say(v->out, "all removed");
    }
    if (title.len) {
        text_say(v->out, " \xC2\xB7 <code>");
        html_text(v->out, title);
        text_say(v->out, title.at[title.len - 1] == ',' ? " \xE2\x80\xA6</code>" : "</code>");
    }
    text_say(v->out, "</th></tr>\n</tbody>\n");
}

static void hunk_rows(const struct view *v, const struct hunk *h)
{
    const struct line *lines = v->f->lines;
    size_t i = h->from;
    while (i < h->to) {
        size_t same = run_of(v->f, i, h->to, ' ');
        if (same) {
            text_say(v->out, "<tbody>\n");
            for (size_t end = i + same; i < end; i++) {
                same_row(v, &lines[i]);
            }
            text_say(v->out, "</tbody>\n");
            continue;
        }
        size_t removed = run_of(v->f, i, h->to, '-');
        size_t added = run_of(v->f, i + removed, h->to, '+');
        struct block b = {&lines[i], &lines[i + removed], removed, added, NULL, NULL, NULL};
        block_rows(v, &b);
        i += removed + added;
    }
}

/* A new file, or a removed one: all of its lines. */
static void whole_rows(const struct view *v)
{
    text_say(v->out, "<tbody>\n");
    for (size_t i = 0; i < v->f->n_lines; i++) {
        changed_row(v, &v->f->lines[i], NULL, 0);
    }
    text_say(v->out, "</tbody>\n");
}

static void table_head(const struct view *v)
{
    bool edited = v->f->change == EDITED;
    text_print(v->out, "<table class=\"%s\">\n<caption>", edited ? "diff edited" : "diff whole");
    html_text(v->out, v->f->name);
    text_say(v->out, ", line by line</caption>\n<thead><tr>");
    text_say(v->out, edited ? "<th scope=\"col\">before</th><th scope=\"col\">now</th>"
                            : "<th scope=\"col\">line</th>");
    text_say(v->out, "<th scope=\"col\">change</th><th scope=\"col\">code</th></tr></thead>\n");
}

static struct side read_side(const struct view *v, struct str text)
{
    struct side side = {.lines = 0};
    side.states = colour_states(v->language, text, &side.lines);
    side.outline = outline_of(v->language == C ? text : (struct str){"", 0});
    return side;
}

static void free_side(struct side *side)
{
    free(side->states);
    outline_free(&side->outline);
}

void view_file(struct text *out, const struct file *f, struct str before, struct str now)
{
    struct view v = {.out = out, .f = f, .language = colour_language(f->name)};
    v.before = read_side(&v, before);
    v.now = read_side(&v, now);
    table_head(&v);
    if (f->change != EDITED) {
        whole_rows(&v);
    }
    for (size_t i = 0; f->change == EDITED && i < f->n_hunks; i++) {
        hunk_heading(&v, &f->hunks[i]);
        hunk_rows(&v, &f->hunks[i]);
    }
    text_say(out, "</table>\n");
    free_side(&v.before);
    free_side(&v.now);
}
