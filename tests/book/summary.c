/*
 * summary: see summary.h.
 */
#include "summary.h"

#include "contents.h"
#include "html.h"

const char *change_name(enum change change)
{
    static const char *const names[CHANGES] = {"edited", "gone", "new"};
    return names[change];
}

void summary_count(struct text *out, const char *sign, size_t n)
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
    text_print(out, "</a></th><td>%s</td><td>", change_name(f->change));
    summary_count(out, "+", f->added);
    text_say(out, "</td><td>");
    summary_count(out, "\xE2\x88\x92", f->removed);
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

void summary_files(struct text *out, const struct step *step)
{
    size_t added = 0, removed = 0;
    for (size_t i = 0; i < step->n; i++) {
        added += step->files[i].added;
        removed += step->files[i].removed;
    }
    text_say(out, "<table class=\"summary\" id=\"page:files\">\n<caption>Files of this step, in "
                  "the order of reading</caption>\n<thead><tr><th scope=\"col\">file</th>"
                  "<th scope=\"col\">is</th><th scope=\"col\">added</th>"
                  "<th scope=\"col\">removed</th></tr></thead>\n<tbody>\n");
    summary_rows(out, step);
    text_print(out, "</tbody>\n<tfoot><tr><th scope=\"row\">together</th><td>%zu</td><td>",
               step->n);
    summary_count(out, "+", added);
    text_say(out, "</td><td>");
    summary_count(out, "\xE2\x88\x92", removed);
    text_say(out, "</td></tr></tfoot>\n</table>\n");
}

/* A file as the page shows it that changed it last. */
static void file_link(struct text *out, struct str name, const struct places *places)
{
    const char *page = places_find(places, name);
    if (page) {
        text_say(out, "<a href=\"");
        html_say(out, page);
        text_say(out, ".html#file:");
        html_id(out, name);
        text_say(out, "\">");
    }
    text_say(out, "<code>");
    html_text(out, name);
    text_say(out, page ? "</code></a>" : "</code>");
}

/* A paragraph, beginning with that text, of the files that are not in the step; or nothing. */
static void file_links(struct text *out, const char *begin, const struct step *step,
                       struct str files, const struct places *places)
{
    struct str name;
    size_t n = 0;
    while (str_cut(&files, '\n', &name)) {
        if (!step || !diff_find(step, name)) {
            text_print(out, n++ ? ", " : "<p class=\"carried\">%s: ", begin);
            file_link(out, name, places);
        }
    }
    text_say(out, n ? ".</p>\n" : "");
}

void summary_carried(struct text *out, const struct step *step, struct str files,
                     const struct places *places)
{
    file_links(out, "Carried over unchanged", step, files, places);
}

void summary_places(struct text *out, struct str files, const struct places *places)
{
    file_links(out, "Its files, each on the page of the step that changed it last", NULL, files,
               places);
}

/* ---- a series of steps ---- */

static void step_row(struct text *out, const struct stage *stage)
{
    text_say(out, "<tr><th scope=\"row\"><a href=\"");
    html_say(out, stage->name);
    text_say(out, ".html\">");
    html_say(out, stage->name);
    text_say(out, "</a></th><td>");
    html_text(out, str_view(&stage->theme));
    text_say(out, "</td>");
    for (size_t c = NEW_LINES; c <= GONE_LINES; c++) {
        text_say(out, "<td class=\"n\">");
        html_text(out, stage->column[c]);
        text_say(out, "</td>");
    }
    text_say(out, "</tr>\n");
}

void summary_steps(struct text *out, const struct book *book, struct str names)
{
    struct str name;
    text_say(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"The steps\">"
                  "<table class=\"series\">\n<caption>One idea each, in the "
                  "order of reading</caption>\n<thead><tr><th scope=\"col\">step</th>"
                  "<th scope=\"col\">it teaches</th><th scope=\"col\" class=\"n\">new lines</th>"
                  "<th scope=\"col\" class=\"n\">added to others</th>"
                  "<th scope=\"col\" class=\"n\">gone</th></tr></thead>\n<tbody>\n");
    while (str_cut(&names, '\n', &name)) {
        for (size_t i = 0; i < book->n; i++) {
            if (str_is(name, book->stages[i].name)) {
                step_row(out, &book->stages[i]);
            }
        }
    }
    text_say(out, "</tbody></table></div>\n");
}
