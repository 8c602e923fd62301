/*
 * markdown: see markdown.h.
 *
 * A block is recognized by its first line. Each function takes its block off the source.
 */
#include "markdown.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "html.h"
#include "md_line.h"
#include "md_table.h"

static void blocks(struct text *out, struct str source, struct document *doc, bool tight);

/* ---- headings ---- */

static void unique_id(struct text *id, struct str title, const struct document *doc)
{
    struct text slug = {0};
    inline_slug(&slug, title);
    html_id(id, str_view(&slug));
    size_t len = id->len;
    for (size_t i = 0, again = 0; i < doc->n; i++) {
        if (str_same(str_view(id), str_view(&doc->headings[i].id))) {
            id->len = len;
            text_print(id, "-%zu", ++again);
            i = (size_t)-1; /* from the start, with the new one */
        }
    }
    text_free(&slug);
}

static void heading(struct text *out, struct str line, struct document *doc)
{
    size_t level = heading_level(line);
    struct heading h = {.level = (int)level};
    struct str title = str_trim(str_skip(line, level));
    text_add(&h.title, title);
    unique_id(&h.id, title, doc);
    text_print(out, "<h%zu id=\"%s\">", level, h.id.at ? h.id.at : "");
    inline_html(out, title, doc->links);
    text_print(out, "</h%zu>\n", level);
    doc->headings = one_more(doc->headings, doc->n, sizeof h);
    doc->headings[doc->n++] = h;
}

/* ---- code ---- */

static void fenced(struct text *out, struct str *rest)
{
    struct text code = {0};
    struct str line, fence;
    str_cut(rest, '\n', &fence);
    while (str_cut(rest, '\n', &line) && !str_starts(line, "```")) {
        text_add(&code, line);
        text_char(&code, '\n');
    }
    code_block(out, str_trim(str_skip(fence, 3)), str_view(&code));
    text_free(&code);
}

/* Lines with an indent of four blanks or more, and the empty lines between them. */
static void indented(struct text *out, struct str *rest)
{
    struct text code = {0};
    struct str s = *rest, line;
    size_t len = 0;
    while (str_cut(&s, '\n', &line) && (is_blank(line) || indent_of(line) >= 4)) {
        text_add(&code, str_skip(line, 4));
        text_char(&code, '\n');
        if (!is_blank(line)) {
            len = code.len;
            *rest = s;
        }
    }
    code.len = len;
    code_block(out, str_of("text"), str_view(&code));
    text_free(&code);
}

/* ---- lists ---- */

/* The rest of an item: lines that are indented, or go on with its paragraph. */
static bool item_goes_on(struct str rest, size_t indent)
{
    struct str line = {"", 0};
    while (str_cut(&rest, '\n', &line) && is_blank(line)) {
        if (indent_of(first_line(rest)) < indent) {
            return false;
        }
    }
    return line.len && (indent_of(line) >= indent || !begins_block(line));
}

static void item(struct text *out, struct str *rest, struct document *doc)
{
    struct text body = {0};
    struct str line;
    bool tight = true;
    size_t indent = list_marker(first_line(*rest));
    str_cut(rest, '\n', &line);
    do {
        size_t strip = body.len && indent_of(line) < indent ? indent_of(line) : indent;
        text_add(&body, str_skip(line, strip));
        text_char(&body, '\n');
        tight = tight && !is_blank(line);
    } while (item_goes_on(*rest, indent) && str_cut(rest, '\n', &line));
    blocks(out, str_view(&body), doc, tight);
    text_free(&body);
}

/* Those of the section "Invariants" can be linked to by their number. */
static bool are_invariants(const struct document *doc)
{
    return doc->n && str_is(str_view(&doc->headings[doc->n - 1].title), "Invariants");
}

static void list(struct text *out, struct str *rest, struct document *doc)
{
    bool numbered = isdigit((unsigned char)rest->at[0]);
    unsigned long number = numbered ? strtoul(rest->at, NULL, 10) : 0;
    const char *name = numbered ? "ol" : "ul";
    text_print(out, number > 1 ? "<%s start=\"%lu\">\n" : "<%s>\n", name, number);
    for (; rest->len && list_marker(first_line(*rest)); number++) {
        if ((bool)isdigit((unsigned char)rest->at[0]) != numbered) {
            break;
        }
        if (numbered && are_invariants(doc)) {
            text_print(out, "<li id=\"invariant:%lu\">", number);
        } else {
            text_say(out, "<li>");
        }
        item(out, rest, doc);
        text_say(out, "</li>\n");
        while (rest->len && is_blank(first_line(*rest))) {
            struct str blank;
            str_cut(rest, '\n', &blank);
        }
    }
    text_print(out, "</%s>\n", name);
}

/* ---- the rest ---- */

/* The paragraph before an excerpt, with a link to where the step shows that line. */
static void introduction(struct text *out, struct str text, const struct excerpt *e,
                         struct document *doc)
{
    doc->excerpts = one_more(doc->excerpts, doc->n_excerpts, sizeof *e);
    doc->excerpts[doc->n_excerpts++] = *e;
    text_say(out, "<p id=\"");
    excerpt_id(out, doc->n_excerpts);
    text_say(out, "\">");
    inline_html(out, text, doc->links);
    if (e->line) {
        text_say(out, " <a class=\"where\" href=\"#");
        html_id(out, e->file->name);
        text_print(out, ":%zu\">line %zu</a>", e->line, e->line);
    }
    text_say(out, "</p>\n");
}

static void paragraph(struct text *out, struct str *rest, struct document *doc, bool tight)
{
    struct str line, s = *rest;
    const char *from = rest->at;
    size_t len = 0;
    do {
        str_cut(rest, '\n', &line);
        len = (size_t)(line.at + line.len - from);
        s = *rest;
    } while (s.len && !begins_block(first_line(s)));
    struct excerpt e;
    if (excerpt_read(&e, (struct str){from, len}, *rest, doc->links->step)) {
        introduction(out, (struct str){from, len}, &e, doc);
        return;
    }
    text_say(out, tight ? "" : "<p>");
    inline_html(out, (struct str){from, len}, doc->links);
    text_say(out, tight ? "" : "</p>\n");
}

/* <details><summary>Answer</summary>, up to its </details>; they do not nest. */
static void details(struct text *out, struct str *rest, struct document *doc)
{
    static const char open[] = "<details><summary>", close[] = "</summary>", end[] = "\n</details>";
    struct str line, body;
    str_cut(rest, '\n', &line);
    line = str_skip(line, strlen(open));
    body = (struct str){rest->at, str_find(*rest, end)};
    *rest = str_skip(*rest, body.len + strlen(end));
    text_say(out, "<details><summary>");
    inline_html(out, (struct str){line.at, str_find(line, close)}, NULL);
    text_say(out, "</summary>\n");
    blocks(out, body, doc, false);
    text_say(out, "</details>\n");
}

static void blocks(struct text *out, struct str rest, struct document *doc, bool tight)
{
    while (rest.len) {
        struct str line = first_line(rest);
        if (is_blank(line)) {
            str_cut(&rest, '\n', &line);
        } else if (heading_level(line)) {
            str_cut(&rest, '\n', &line);
            heading(out, line, doc);
        } else if (str_starts(line, "```")) {
            fenced(out, &rest);
        } else if (indent_of(line) >= 4) {
            indented(out, &rest);
        } else if (list_marker(line)) {
            list(out, &rest, doc);
        } else if (str_starts(line, "|")) {
            md_table(out, &rest, doc->links);
        } else if (str_starts(line, "<details><summary>")) {
            details(out, &rest, doc);
        } else {
            paragraph(out, &rest, doc, tight);
        }
    }
}

void markdown_html(struct text *out, struct str source, struct document *doc)
{
    blocks(out, source, doc, false);
}

void markdown_free(struct document *doc)
{
    for (size_t i = 0; i < doc->n; i++) {
        text_free(&doc->headings[i].title);
        text_free(&doc->headings[i].id);
    }
    free(doc->headings);
    free(doc->excerpts);
    doc->headings = NULL;
    doc->excerpts = NULL;
    doc->n = doc->n_excerpts = 0;
}
