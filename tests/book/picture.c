/*
 * picture: the page of a picture that asks. Without scripts it is a sequence: a state, a question
 * with its answers, the solution folded below them, then the next state. ask.js makes it a game.
 */
#include "book.h"

#include "ask.h"
#include "drawing.h"
#include "html.h"
#include "inline.h"

void picture_page(struct text *out, const struct picture *p)
{
    text_say(out, "picture_");
    text_say(out, p->name);
}

void picture_link(struct text *out, const struct picture *p)
{
    text_say(out, "<a href=\"");
    picture_page(out, p);
    text_say(out, ".html\">");
    inline_html(out, p->title, NULL);
    text_say(out, "</a>");
}

static void paragraph(struct text *out, struct str s)
{
    text_say(out, "<p>");
    inline_html(out, s, NULL);
    text_say(out, "</p>\n");
}

/* ---- a state ---- */

/* The lines of the recording, with a sign before each new line. */
static void recorded_lines(struct text *out, const struct state *state, const struct state *before)
{
    text_say(out, "<details class=\"recorded\"><summary>As it was recorded</summary>\n<pre>");
    for (size_t i = 0; i < state->n; i++) {
        const struct row *row = &state->rows[i];
        if (row->kind != TEXT) {
            bool known = !before || recording_has(before, row->line);
            text_say(out, known ? "  " : "* ");
            html_text(out, row->line);
            text_char(out, '\n');
        }
    }
    text_say(out, "</pre></details>\n");
}

/* What the stage's own command answers, if that was recorded. */
static void inspected_lines(struct text *out, const struct state *state)
{
    size_t n = 0;
    for (size_t i = 0; i < state->n; i++) {
        if (state->rows[i].kind == TEXT) {
            text_say(out, n++ ? "" : "<details class=\"recorded\"><summary>What <code>inspect"
                                     "</code> says</summary>\n<pre>");
            html_text(out, state->rows[i].words);
            text_char(out, '\n');
        }
    }
    text_say(out, n ? "</pre></details>\n" : "");
}

/* The picture in words: all lines of the recording, and what has changed. */
static void label_of(struct text *out, const struct state *state, const struct text *changes)
{
    for (size_t i = 0; i < state->n; i++) {
        if (state->rows[i].kind != TEXT && state->rows[i].kind != DID) {
            text_add(out, state->rows[i].line);
            text_say(out, "; ");
        }
    }
    text_add(out, str_view(changes));
}

static void figure(struct text *out, const struct picture *p, size_t i)
{
    struct state *state = &p->recording.states[i];
    const struct state *before = i ? state - 1 : NULL;
    struct text label = {0}, changes = {0};
    recording_mark(state, before);
    if (before) {
        recording_changes(&changes, state, before);
    }
    label_of(&label, state, &changes);
    text_print(out, "<figure>\n<h2 id=\"state:%zu\">State %zu <small>", i + 1, i + 1);
    html_text(out, state->label);
    text_print(out, "</small></h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
                    "aria-label=\"Picture of state %zu\">", i + 1);
    drawing_svg(out, state, label.at ? label.at : "");
    text_say(out, "</div>\n<figcaption>");
    paragraph(out, p->scenes[i].say);
    if (changes.len) {
        text_say(out, "<p class=\"changes\">");
        html_text(out, str_view(&changes));
        text_say(out, "</p>\n");
    }
    inspected_lines(out, state);
    recorded_lines(out, state, before);
    text_say(out, "</figcaption>\n</figure>\n");
    text_free(&label);
    text_free(&changes);
}

/* ---- a question ---- */

static void why(struct text *out, const struct answer *a, size_t i)
{
    int letter = 'A' + (int)i;
    text_print(out, a->right ? "<li class=\"right\"><strong>%c is right.</strong> <span>"
                             : "<li><strong>Not %c.</strong> <span>", letter);
    inline_html(out, a->why, NULL);
    text_say(out, "</span></li>\n");
}

static void question(struct text *out, const struct scene *s, size_t i)
{
    text_print(out, "<section class=\"ask\" aria-labelledby=\"question:%zu\">\n"
                    "<h2 id=\"question:%zu\">Question %zu</h2>\n", i + 1, i + 1, i + 1);
    paragraph(out, s->ask);
    text_say(out, "<ol class=\"answers\">\n");
    for (size_t a = 0; a < s->n_answers; a++) {
        text_say(out, "<li>");
        inline_html(out, s->answers[a].text, NULL);
        text_say(out, "</li>\n");
    }
    text_say(out, "</ol>\n<details class=\"why\"><summary>Answer</summary>\n<ul>\n");
    for (size_t a = 0; a < s->n_answers; a++) {
        why(out, &s->answers[a], a);
    }
    text_say(out, "</ul></details>\n</section>\n");
}

/* ---- the page ---- */

static void introduction(struct text *out, const struct picture *p)
{
    text_say(out, "<h1>");
    inline_html(out, p->title, NULL);
    text_say(out, "</h1>\n<p class=\"of\">A picture that asks, from <a href=\"");
    html_text(out, p->stage);
    text_say(out, ".html\">");
    html_text(out, p->stage);
    text_print(out, "</a>: %zu states of a real run, and a question before each but the first.</p>\n",
               p->n);
    paragraph(out, p->about);
    text_say(out, "<p class=\"legend\">What has changed since the state before has a thick edge "
                  "and a badge: + new, \xE2\x86\x92 moved, \xE2\x89\xA0 changed.</p>\n");
}

/* The page of the picture before or after this one, and its title; nothing at either end. */
struct beside {
    struct text page, title;
};

static struct beside beside(const struct book *book, size_t i)
{
    struct beside b = {.page = {0}};
    text_say(&b.page, "");
    if (i < book->n_pictures) {
        picture_page(&b.page, &book->pictures[i]);
        inline_plain(&b.title, book->pictures[i].title);
    }
    return b;
}

static void free_beside(struct beside *b)
{
    text_free(&b->page);
    text_free(&b->title);
}

static void last(struct text *out, const struct picture *p)
{
    text_say(out, "<section class=\"ask end\" aria-labelledby=\"page:end\">\n<h2 id=\"page:end\">"
                  "That was the last one</h2>\n<p>Back to <a href=\"");
    html_text(out, p->stage);
    text_say(out, ".html\">");
    html_text(out, p->stage);
    text_say(out, "</a>, or to <a href=\"index.html#page:pictures\">all pictures</a>.</p>\n"
                  "</section>\n");
}

static void scene(struct text *out, const struct picture *p, size_t i)
{
    text_say(out, "<div class=\"scene\">\n");
    figure(out, p, i);
    if (p->scenes[i].ask.len) {
        question(out, &p->scenes[i], i);
    } else {
        last(out, p);
    }
    text_say(out, "</div>\n");
}

void write_picture(const struct book *book, size_t i)
{
    const struct picture *p = &book->pictures[i];
    struct beside here = beside(book, i), before = beside(book, i ? i - 1 : book->n_pictures),
                  after = beside(book, i + 1);
    struct page page = {.title = here.title.at, .before = before.page.at, .after = after.page.at,
                        .before_title = before.title.at, .after_title = after.title.at,
                        .asks = true};
    page_begin(&page, book);
    text_say(&page.html, "<article class=\"picture\">\n");
    introduction(&page.html, p);
    for (size_t s = 0; s < p->n; s++) {
        scene(&page.html, p, s);
    }
    text_say(&page.html, "</article>\n");
    page_end(&page, book);
    page_write(&page, book, here.page.at);
    free_beside(&here);
    free_beside(&before);
    free_beside(&after);
}

/* ---- where the pictures are named ---- */

void pictures_of_stage(struct text *out, const struct book *book, const char *stage)
{
    size_t n = 0;
    for (size_t i = 0; i < book->n_pictures; i++) {
        if (str_is(book->pictures[i].stage, stage)) {
            text_say(out, n++ ? ", " : "<p class=\"carried\">Pictures that ask: ");
            picture_link(out, &book->pictures[i]);
        }
    }
    text_say(out, n ? ".</p>\n" : "");
}

void pictures_index(struct text *out, const struct book *book)
{
    if (!book->n_pictures) {
        return;
    }
    text_say(out, "<h2 id=\"page:pictures\">Pictures that ask</h2>\n<p>Each steps through the "
                  "states of a real run, and asks before each one what will come. All of them were "
                  "recorded from the code of their stage.</p>\n<ul>\n");
    for (size_t i = 0; i < book->n_pictures; i++) {
        const struct picture *p = &book->pictures[i];
        text_say(out, "<li>");
        picture_link(out, p);
        text_say(out, " <small>");
        html_text(out, p->stage);
        text_print(out, ", %zu questions</small></li>\n", p->n - 1);
    }
    text_say(out, "</ul>\n");
}
