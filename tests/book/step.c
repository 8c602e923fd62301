/*
 * step: the page of a stage: its README, and then the step from the stage before, part by part in
 * the order of reading.
 */
#include "book.h"

#include <stdlib.h>

#include "contents.h"
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

/* Opens the column of text, which the step goes on with. */
static void readme(struct step_page *p, struct str title, struct str body)
{
    struct text *out = &p->page.html, html = {0};
    struct links links = {p->book->names, &p->step};
    struct document doc = {.links = &links};
    markdown_html(&html, body, &doc);
    text_say(out, "<div class=\"columns\">\n");
    contents_beside(out, &doc, &p->step);
    text_say(out, "<div>\n<h1>");
    inline_html(out, title, NULL);
    text_say(out, "</h1>\n");
    contents_folded(out, &doc, &p->step);
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

static void part_row(struct text *out, const struct part *part)
{
    text_say(out, "<tr class=\"part\"><th scope=\"rowgroup\" colspan=\"4\"><a href=\"#");
    part_id(out, part);
    text_say(out, "\">");
    part_title(out, part);
    text_say(out, "</a></th></tr>\n");
}

static void summary_rows(struct text *out, const struct step *step)
{
    for (size_t i = 0, part = 0; i < step->n; i++) {
        for (; part < step->n_parts && step->parts[part].from == i; part++) {
            part_row(out, &step->parts[part]);
        }
        summary_row(out, &step->files[i]);
    }
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
    summary_rows(out, &p->step);
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

/* Within a part its heading is one level below that of the part. */
static void file_section(struct step_page *p, const struct file *f)
{
    const char *heading = p->step.n_parts ? "h4" : "h3";
    struct text *out = &p->page.html, id = {0};
    struct text before = read_version(p, p->stage->before, f->name);
    struct text now = read_version(p, p->stage->name, f->name);
    html_id(&id, f->name);
    text_print(out, "<section class=\"file\" aria-labelledby=\"file:%s\">\n<%s id=\"file:%s\">",
               id.at, heading, id.at);
    html_text(out, f->name);
    text_print(out, " <small>%s ", change_names[f->change]);
    count(out, " +", f->added);
    count(out, " \xE2\x88\x92", f->removed);
    text_print(out, "</small> <a href=\"#page:files\">all files</a></%s>\n",
               heading);
    view_file(out, f, str_view(&before), str_view(&now));
    text_say(out, "</section>\n");
    text_free(&id);
    text_free(&before);
    text_free(&now);
}

static void part_section(struct step_page *p, const struct part *part)
{
    struct text *out = &p->page.html, id = {0};
    part_id(&id, part);
    text_print(out, "<section class=\"part\" aria-labelledby=\"%s\">\n<h3 id=\"%s\">", id.at, id.at);
    part_title(out, part);
    text_say(out, "</h3>\n<p>");
    html_text(out, str_view(&part->sentence));
    text_say(out, "</p>\n");
    for (size_t i = part->from; i < part->to; i++) {
        file_section(p, &p->step.files[i]);
    }
    text_say(out, "</section>\n");
    text_free(&id);
}

static void sections(struct step_page *p)
{
    for (size_t i = 0; i < p->step.n_parts; i++) {
        part_section(p, &p->step.parts[i]);
    }
    for (size_t i = 0; !p->step.n_parts && i < p->step.n; i++) {
        file_section(p, &p->step.files[i]);
    }
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
    sections(p);
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
    readme(&p, title, body);
    step_section(&p);
    text_say(&p.page.html, "</div>\n</div>\n");
    page_end(&p.page, book);
    page_write(&p.page, book, stage->name);
    diff_free(&p.step);
    text_free(&p.diff);
    text_free(&p.files);
    text_free(&source);
    text_free(&plain);
}
