/*
 * step: the page of a stage: its README, and then the step from the stage before, part by part in
 * the order of reading. If a series of steps leads to it, the page has their list instead.
 */
#include "book.h"

#include <stdlib.h>
#include <string.h>

#include "contents.h"
#include "diff.h"
#include "html.h"
#include "markdown.h"
#include "summary.h"
#include "view.h"

struct step_page {
    struct page page;
    struct book *book;
    const struct stage *stage;
    struct step step;
    struct text files, diff;
    struct document doc;
    struct text steps; /* the names of the steps that lead to it, one per line */
};

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

/* Opens the column of text, which the step continues. */
static void readme(struct step_page *p, struct str title, struct str body)
{
    struct text *out = &p->page.html, html = {0};
    struct links links = {p->book->names, p->stage->name, p->stage->dir.at, &p->step,
                          &p->book->places};
    p->doc = (struct document){.links = &links};
    struct contents list = {&p->doc, &p->step, p->steps.len ? "The steps that lead to it"
                                                         : "The step, line by line"};
    markdown_html(&html, body, &p->doc);
    text_say(out, "<div class=\"columns\">\n");
    contents_beside(out, &list);
    text_say(out, "<div>\n<h1>");
    inline_html(out, title, NULL);
    text_say(out, "</h1>\n");
    contents_folded(out, &list);
    pictures_of_stage(out, p->book, p->stage->name);
    if (html.len) {
        text_say(out, "<article class=\"readme\">\n");
        text_add(out, str_view(&html));
        text_say(out, "</article>\n");
    }
    p->doc.links = NULL;
    text_free(&html);
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

/* Links back to where the README shows a piece of the file. */
static void excerpt_links(struct step_page *p, const struct file *f)
{
    struct text *out = &p->page.html;
    size_t n = 0;
    for (size_t i = 0; i < p->doc.n_excerpts; i++) {
        const struct excerpt *e = &p->doc.excerpts[i];
        if (e->file == f) {
            text_say(out, n++ ? ", <a href=\"#" : " <small class=\"explained\">explained: <a href=\"#");
            excerpt_id(out, i + 1);
            text_say(out, "\">");
            inline_html(out, e->what.len ? e->what : f->name, NULL);
            text_say(out, "</a>");
        }
    }
    text_say(out, n ? "</small>" : "");
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
    text_print(out, " <small>%s ", change_name(f->change));
    summary_count(out, " +", f->added);
    summary_count(out, " \xE2\x88\x92", f->removed);
    text_say(out, "</small>");
    excerpt_links(p, f);
    text_print(out, " <a href=\"#page:files\">all files</a></%s>\n", heading);
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
    text_print(out, "<section class=\"part\" aria-labelledby=\"%s\">\n<h3 id=\"%s\">", id.at,
               id.at);
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

/* What the step is about, where the title does not say it already. */
static void theme(struct step_page *p)
{
    struct str theme = str_view(&p->stage->theme);
    if (theme.len && str_find(str_of(p->page.title), p->stage->theme.at) == strlen(p->page.title)) {
        text_say(&p->page.html, "<p class=\"theme\">");
        html_text(&p->page.html, theme);
        text_say(&p->page.html, "</p>\n");
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
    theme(p);
    summary_files(out, &p->step);
    summary_carried(out, &p->step, str_view(&p->files), &p->book->places);
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

static void series_section(struct step_page *p)
{
    struct text *out = &p->page.html;
    text_say(out, "<section class=\"step\" aria-labelledby=\"page:step\">\n"
                  "<h2 id=\"page:step\">The steps that lead to it</h2>\n");
    theme(p);
    summary_steps(out, p->book, str_view(&p->steps));
    summary_places(out, str_view(&p->files), &p->book->places);
    text_say(out, "</section>\n");
}

/* The title of the README; else its name, and what the step is about. */
static struct str title_of(const struct stage *stage, struct text *made, struct str *readme)
{
    text_say(made, stage->name);
    text_say(made, stage->theme.len ? ": " : "");
    text_add(made, str_view(&stage->theme));
    struct str title = str_view(made);
    *readme = cut_title(*readme, &title);
    return title;
}

void write_step(struct book *book, const struct stage *stage)
{
    struct step_page p = {.book = book, .stage = stage};
    struct text source = read_part(book->project, stage->name, "/README.md"), plain = {0};
    struct text name = {0};
    struct str body = str_view(&source), title = title_of(stage, &name, &body);
    p.diff = read_part(book->data, stage->name, ".diff");
    p.files = read_part(book->data, stage->name, ".files");
    p.steps = read_part(book->data, stage->name, ".steps");
    diff_read(&p.step, str_view(&p.diff), stage->before, stage->name);
    inline_plain(&plain, title);
    p.page = (struct page){.title = plain.at, .before = stage->before, .after = stage->after};
    page_begin(&p.page, book);
    readme(&p, title, body);
    if (p.steps.len) {
        series_section(&p);
    } else {
        step_section(&p);
    }
    text_say(&p.page.html, "</div>\n</div>\n");
    page_end(&p.page, book);
    page_write(&p.page, book, stage->name);
    places_set(&book->places, &p.step, stage->name);
    markdown_free(&p.doc);
    diff_free(&p.step);
    text_free(&p.diff);
    text_free(&p.files);
    text_free(&p.steps);
    text_free(&source);
    text_free(&plain);
    text_free(&name);
}
