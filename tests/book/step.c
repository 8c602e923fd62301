/*
 * step: the page of a stage: its README, and then the step from the stage before, edited files
 * first, then those that are gone, then the new ones whole.
 */
#include "book.h"

#include <stdlib.h>

#include "diff.h"
#include "html.h"
#include "markdown.h"
#include "view.h"

struct step_page {
    struct page page;
    const struct book *book;
    const struct stage *stage;
    struct step step;
    struct text files, diff;
};

static const char *const change_names[CHANGES] = {"edited", "gone", "new"};
static const enum change reading_order[CHANGES] = {EDITED, GONE, NEW};

/* ---- the README ---- */

/* Its first line is the title; returns what follows. */
static struct str cut_title(struct str readme, struct str *title)
{
    struct str rest = readme, line = {"", 0};
    str_cut(&rest, '\n', &line);
    if (!str_starts(line, "# ")) {
        return readme;
    }
    struct str found = str_trim(str_skip(line, 2));
    *title = found.len ? found : *title;
    return rest;
}

static void contents(struct text *out, const struct document *doc)
{
    text_say(out, "<nav class=\"contents\" aria-label=\"On this page\">\n<ul>\n");
    for (size_t i = 0; i < doc->n; i++) {
        if (doc->headings[i].level == 2) {
            text_print(out, "<li><a href=\"#%s\">", doc->headings[i].id.at);
            inline_html(out, str_view(&doc->headings[i].title), NULL);
            text_say(out, "</a></li>\n");
        }
    }
    text_say(out, "<li><a href=\"#page:step\"><strong>The step, line by line</strong></a></li>\n"
                  "</ul>\n</nav>\n");
}

static void readme(struct step_page *p, struct str body)
{
    struct text *out = &p->page.html, html = {0};
    struct links links = {p->book->names, &p->step};
    struct document doc = {.links = &links};
    markdown_html(&html, body, &doc);
    contents(out, &doc);
    text_say(out, "<article class=\"readme\">\n");
    text_add(out, str_view(&html));
    text_say(out, "</article>\n");
    markdown_free(&doc);
    text_free(&html);
}

/* ---- the list of files ---- */

static void count(struct text *out, const char *sign, size_t n)
{
    if (n) {
        text_print(out, "%s%zu", sign, n);
    }
}

static void summary_row(struct text *out, const struct file *f)
{
    text_say(out, "<tr><th scope=\"row\"><a href=\"#file:");
    html_id(out, f->name);
    text_say(out, "\">");
    html_text(out, f->name);
    text_print(out, "</a></th><td>%s</td><td>", change_names[f->change]);
    count(out, "+", f->added);
    text_say(out, "</td><td>");
    count(out, "\xE2\x88\x92", f->removed);
    text_say(out, "</td></tr>\n");
}

/* Calls a function for each file, in the order of reading. */
static void in_order(struct step_page *p, void (*visit)(struct step_page *, const struct file *))
{
    for (size_t k = 0; k < CHANGES; k++) {
        const struct file *last = NULL; /* a Makefile that is new is read after the sources */
        for (size_t i = 0; i < p->step.n; i++) {
            const struct file *f = &p->step.files[i];
            if (f->change == NEW && str_is(f->name, "Makefile")) {
                last = f;
            } else if (f->change == reading_order[k]) {
                visit(p, f);
            }
        }
        if (last && reading_order[k] == NEW) {
            visit(p, last);
        }
    }
}

static void visit_row(struct step_page *p, const struct file *f)
{
    summary_row(&p->page.html, f);
}

static void summary(struct step_page *p)
{
    struct text *out = &p->page.html;
    size_t added = 0, removed = 0;
    for (size_t i = 0; i < p->step.n; i++) {
        added += p->step.files[i].added;
        removed += p->step.files[i].removed;
    }
    text_say(out, "<table class=\"summary\" id=\"page:files\">\n<caption>Files of this step, in "
                  "the order of reading</caption>\n<thead><tr><th scope=\"col\">file</th>"
                  "<th scope=\"col\">is</th><th scope=\"col\">added</th>"
                  "<th scope=\"col\">removed</th></tr></thead>\n<tbody>\n");
    in_order(p, visit_row);
    text_print(out, "</tbody>\n<tfoot><tr><th scope=\"row\">together</th><td>%zu</td><td>",
               p->step.n);
    count(out, "+", added);
    text_say(out, "</td><td>");
    count(out, "\xE2\x88\x92", removed);
    text_say(out, "</td></tr></tfoot>\n</table>\n");
}

/* Those of the stage that are not in the diff are the same, to the byte. */
static void carried_over(struct step_page *p)
{
    struct text *out = &p->page.html;
    struct str name, rest = str_view(&p->files);
    size_t n = 0;
    while (str_cut(&rest, '\n', &name)) {
        if (!diff_find(&p->step, name)) {
            text_say(out, n++ ? ", " : "<p class=\"carried\">Carried over unchanged: ");
            text_say(out, "<code>");
            html_text(out, name);
            text_say(out, "</code>");
        }
    }
    text_say(out, n ? ".</p>\n" : "");
}

/* ---- the files ---- */

static struct text read_version(struct step_page *p, const char *stage, struct str name)
{
    struct text path = {0}, version = {0};
    text_print(&path, "%s/", stage);
    text_add(&path, name);
    if (*stage) {
        version = read_part(p->book->project, path.at, "");
    }
    text_free(&path);
    return version;
}

static void visit_file(struct step_page *p, const struct file *f)
{
    struct text *out = &p->page.html, id = {0};
    struct text before = read_version(p, p->stage->before, f->name);
    struct text now = read_version(p, p->stage->name, f->name);
    html_id(&id, f->name);
    text_print(out, "<section class=\"file\" aria-labelledby=\"file:%s\">\n<h3 id=\"file:%s\">",
               id.at, id.at);
    html_text(out, f->name);
    text_print(out, " <small>%s ", change_names[f->change]);
    count(out, " +", f->added);
    count(out, " \xE2\x88\x92", f->removed);
    text_say(out, "</small> <a href=\"#page:files\">all files</a></h3>\n");
    view_file(out, f, str_view(&before), str_view(&now));
    text_say(out, "</section>\n");
    text_free(&id);
    text_free(&before);
    text_free(&now);
}

/* The inputs and the files are neighbours, so that the style sheet can tell what is chosen. */
static void step_section(struct step_page *p)
{
    struct text *out = &p->page.html;
    text_say(out, "<section class=\"step\" aria-labelledby=\"page:step\">\n<h2 id=\"page:step\">");
    if (*p->stage->before) {
        text_say(out, "The step: ");
        html_say(out, p->stage->before);
        text_say(out, " \xE2\x86\x92 ");
        html_say(out, p->stage->name);
    } else {
        text_say(out, "The first step: all is new");
    }
    text_say(out, "</h2>\n");
    summary(p);
    carried_over(p);
    if (*p->stage->before) {
        text_say(out,
                 "<input type=\"radio\" name=\"view\" id=\"page:unified\" class=\"unified\" "
                 "checked>\n<label for=\"page:unified\">one below the other</label>\n"
                 "<input type=\"radio\" name=\"view\" id=\"page:split\" class=\"split\">\n"
                 "<label for=\"page:split\">side by side</label>\n");
    }
    text_say(out, "<div class=\"files\">\n");
    in_order(p, visit_file);
    text_say(out, "</div>\n</section>\n");
}

void write_step(const struct book *book, const struct stage *stage)
{
    struct step_page p = {.book = book, .stage = stage};
    struct text source = read_part(book->project, stage->name, "/README.md"), plain = {0};
    struct str title = str_of(stage->name), body = cut_title(str_view(&source), &title);
    p.diff = read_part(book->data, stage->name, ".diff");
    p.files = read_part(book->data, stage->name, ".files");
    diff_read(&p.step, str_view(&p.diff), stage->before, stage->name);
    inline_plain(&plain, title);
    p.page = (struct page){{0}, plain.at, stage->before, stage->after, false};
    page_begin(&p.page, book);
    text_say(&p.page.html, "<h1>");
    inline_html(&p.page.html, title, NULL);
    text_say(&p.page.html, "</h1>\n");
    readme(&p, body);
    step_section(&p);
    page_end(&p.page, book);
    page_write(&p.page, book, stage->name);
    diff_free(&p.step);
    text_free(&p.diff);
    text_free(&p.files);
    text_free(&source);
    text_free(&plain);
}
