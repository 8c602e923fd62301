/*
 * contents: see contents.h.
 */
#include "contents.h"

#include <ctype.h>

#include "html.h"

void part_id(struct text *out, const struct part *part)
{
    if (part->number) {
        text_print(out, "part:%zu", part->number);
    } else {
        text_say(out, "part:rest");
    }
}

void part_title(struct text *out, const struct part *part)
{
    if (part->number) {
        text_print(out, "Part %zu: ", part->number);
        html_text(out, part->name);
    } else if (part->name.len) {
        text_char(out, (char)toupper((unsigned char)part->name.at[0]));
        html_text(out, str_skip(part->name, 1));
    }
}

static void readme_items(struct text *out, const struct document *doc)
{
    for (size_t i = 0; i < doc->n; i++) {
        if (doc->headings[i].level == 2) {
            text_print(out, "<li><a href=\"#%s\">", doc->headings[i].id.at);
            inline_html(out, str_view(&doc->headings[i].title), NULL);
            text_say(out, "</a></li>\n");
        }
    }
}

static void file_items(struct text *out, const struct step *step, size_t from, size_t to)
{
    text_say(out, "<ul class=\"names\">\n");
    for (size_t i = from; i < to; i++) {
        text_say(out, "<li><a href=\"#file:");
        html_id(out, step->files[i].name);
        text_say(out, "\">");
        html_text(out, step->files[i].name);
        text_say(out, "</a></li>\n");
    }
    text_say(out, "</ul>\n");
}

static void part_items(struct text *out, const struct step *step)
{
    text_say(out, "<ul>\n");
    for (size_t i = 0; i < step->n_parts; i++) {
        text_say(out, "<li><a href=\"#");
        part_id(out, &step->parts[i]);
        text_say(out, "\">");
        part_title(out, &step->parts[i]);
        text_say(out, "</a>\n");
        file_items(out, step, step->parts[i].from, step->parts[i].to);
        text_say(out, "</li>\n");
    }
    text_say(out, "</ul>\n");
}

static void items(struct text *out, const struct contents *contents)
{
    const struct step *step = contents->step;
    text_say(out, "<ul>\n");
    readme_items(out, contents->doc);
    text_print(out, "<li><a href=\"#page:step\"><strong>%s</strong></a>\n", contents->step_title);
    if (step->n_parts) {
        part_items(out, step);
    } else if (step->n) {
        file_items(out, step, 0, step->n);
    }
    text_say(out, "</li>\n</ul>\n");
}

void contents_beside(struct text *out, const struct contents *contents)
{
    text_say(out, "<nav class=\"contents beside\" aria-label=\"On this page\">\n");
    items(out, contents);
    text_say(out, "</nav>\n");
}

void contents_folded(struct text *out, const struct contents *contents)
{
    text_say(out, "<details class=\"contents folded\"><summary>On this page</summary>\n"
                  "<nav aria-label=\"On this page, folded\">\n");
    items(out, contents);
    text_say(out, "</nav>\n</details>\n");
}
