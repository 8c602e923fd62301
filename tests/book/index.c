/*
 * index: the page with the table of stages, as tests/maintain/stages knows it.
 */
#include "book.h"

#include "html.h"
#include "inline.h"
#include "markdown.h"

static const struct {
    const char *name;
    bool is_number;
} columns[COLUMNS] = {
    {"stage", false},       {"chapters", false},      {"files", true},
    {"lines", true},        {"code", true},           {"limits", true},
    {"tests", true},        {"new lines", true},      {"added to others", true},
    {"gone", true},
};

static void stage_row(struct text *out, const struct stage *stage)
{
    text_say(out, "<tr><th scope=\"row\"><a href=\"");
    html_say(out, stage->name);
    text_say(out, ".html\">");
    html_say(out, stage->name);
    text_say(out, "</a>");
    if (stage->theme.len) {
        text_say(out, " <small>");
        html_text(out, str_view(&stage->theme));
        text_say(out, "</small>");
    }
    text_say(out, "</th>");
    for (size_t c = CHAPTERS; c < COLUMNS; c++) {
        text_say(out, columns[c].is_number ? "<td class=\"n\">" : "<td>");
        html_text(out, stage->column[c]);
        text_say(out, "</td>");
    }
    text_say(out, "</tr>\n");
}

static void table(struct text *out, const struct book *book)
{
    text_say(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"The stages\">"
                  "<table class=\"stages\">\n<caption>The stages, and what "
                  "each step costs its reader</caption>\n<thead><tr>");
    for (size_t c = 0; c < COLUMNS; c++) {
        text_print(out, "<th scope=\"col\"%s>%s</th>", columns[c].is_number ? " class=\"n\"" : "",
                   columns[c].name);
    }
    text_say(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < book->n; i++) {
        stage_row(out, &book->stages[i]);
    }
    text_say(out, "</tbody></table></div>\n");
}

static void notes(struct text *out)
{
    text_say(
        out,
        "<h2>How to read it</h2>\n"
        "<p>Each page has the README of its stage, and below it the step: every line that was "
        "added, changed or removed since the stage before. A step has parts, in the order of its "
        "ideas; each part says in a sentence what it is about. Each file and each line has its "
        "own address: <code>ch04_protocol.html#server.c:12</code>. The diff is shown one line "
        "below the other, or side by side where the window is wide enough; choose above the first "
        "file.</p>\n"
        "<h2>What is counted</h2>\n"
        "<p>Files and lines of C; the Makefiles and the READMEs are not counted. <em>code</em> "
        "is the lines that are neither blank nor comment, <em>limits</em> are the shortcuts that "
        "the code marks with <code>LIMIT:</code>. <em>new lines</em> are in files that the stage "
        "before does not have; <em>added to others</em> and <em>gone</em> are in files that it "
        "has, and the percentage is of its lines. The pages may show a few lines more as both "
        "removed and added, where that is easier to read than the shortest diff.</p>\n");
}

/* The README of the project up to its first heading. */
static void introduction(struct text *out, const struct book *book, struct str readme)
{
    struct links links = {book->names, "", "", NULL, &book->places};
    struct document doc = {.links = &links};
    readme.len = str_find(readme, "\n## ");
    markdown_html(out, readme, &doc);
    markdown_free(&doc);
}

void write_index(const struct book *book)
{
    struct page page = {.title = "The book of steps", .before = "", .after = book->stages[0].name,
                        .is_index = true};
    struct text readme = read_part(book->project, "README.md", ""), title = {0};
    struct str line = {"", 0}, rest = str_view(&readme);
    if (str_starts(rest, "# ")) {
        str_cut(&rest, '\n', &line);
        inline_plain(&title, str_trim(str_skip(line, 2)));
        page.title = title.len ? title.at : page.title;
    }
    page_begin(&page, book);
    text_say(&page.html, "<h1>");
    html_say(&page.html, page.title);
    text_say(&page.html, "</h1>\n<article class=\"readme\">\n");
    introduction(&page.html, book, rest);
    table(&page.html, book);
    pictures_index(&page.html, book);
    notes(&page.html);
    text_say(&page.html, "</article>\n");
    page_end(&page, book);
    page_write(&page, book, "index");
    text_free(&readme);
    text_free(&title);
}
