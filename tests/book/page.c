/*
 * page: what is around the text of every page: its head, and the links to the ones beside it.
 */
#include "book.h"
#include "html.h"

#include <stdlib.h>

static void link_to(struct text *out, const char *rel, const char *key, const char *page,
                    const char *label)
{
    text_print(out, "<a rel=\"%s\" accesskey=\"%s\" href=\"", rel, key);
    html_say(out, page);
    text_say(out, ".html\">");
    text_say(out, label);
}

static void links(struct page *page, const char *name)
{
    struct text *out = &page->html;
    text_print(out, "<nav class=\"steps\" aria-label=\"%s\">", name);
    if (*page->before) {
        link_to(out, "prev", "p", page->before, "<span aria-hidden=\"true\">\xE2\x86\x90</span> ");
        html_say(out, page->before_title ? page->before_title : page->before);
        text_say(out, "</a>\n");
    }
    if (!page->is_index) {
        link_to(out, "index", "i", "index", "all steps</a>\n");
    }
    if (*page->after) {
        link_to(out, "next", "n", page->after, "");
        html_say(out, page->after_title ? page->after_title : page->after);
        text_say(out, " <span aria-hidden=\"true\">\xE2\x86\x92</span></a>\n");
    }
    text_say(out, "</nav>\n");
}

void page_begin(struct page *page, const struct book *book)
{
    struct text *out = &page->html;
    text_say(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>");
    html_say(out, page->title);
    text_say(out, "</title>\n<style>\n");
    text_add(out, str_view(&book->style));
    if (page->asks) {
        text_add(out, str_view(&book->picture_style));
    }
    text_say(out, "</style>\n</head>\n<body>\n"
                  "<a class=\"skip\" href=\"#page:main\">Skip to the text</a>\n<header>\n");
    links(page, "Steps");
    text_say(out, "</header>\n<main id=\"page:main\">\n");
}

void page_end(struct page *page, const struct book *book)
{
    struct text *out = &page->html;
    text_say(out, "</main>\n<footer>\n");
    links(page, "Steps, again");
    text_print(out, "<p>The arrow keys \xE2\x86\x90 and \xE2\x86\x92 lead to the %s before and the "
                    "next one%s. Without scripts the access keys p, n and i do (the previous, the "
                    "next, the index): Alt+Shift+n in Firefox, Alt+n in others, Control+Option+n "
                    "on a Mac.</p>\n", page->asks ? "picture" : "step",
               page->asks ? "; at a question, they go from answer to answer" : "");
    if (book->license.len) {
        text_say(out, "<p>");
        html_text(out, str_view(&book->license));
        text_say(out, "</p>\n");
    }
    text_say(out, "</footer>\n<script>\n");
    text_add(out, str_view(&book->script));
    if (page->asks) {
        text_add(out, str_view(&book->picture_script));
    }
    text_say(out, "</script>\n</body>\n</html>\n");
}

void page_write(struct page *page, const struct book *book, const char *name)
{
    struct text path = {0};
    text_print(&path, "%s/%s.html", book->out, name);
    file_write(path.at, &page->html);
    text_free(&path);
    text_free(&page->html);
}

struct text read_part(const char *dir, const char *name, const char *end)
{
    struct text path = {0}, part = {0};
    text_print(&path, "%s/%s%s", dir, name, end);
    if (!file_read(path.at, &part)) {
        text_free(&part);
    }
    text_free(&path);
    return part;
}
