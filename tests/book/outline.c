/*
 * outline: see outline.h. It relies on the layout of our files: in a function, only labels and the
 * closing brace stand at the beginning of a line.
 */
#include "outline.h"

#include <ctype.h>
#include <stdlib.h>

struct reader {
    struct outline *outline;
    struct str title; /* of the declaration that has begun */
    size_t first;     /* where that was */
    enum { OUTSIDE, BEGUN, INSIDE } where;
};

static struct str without_comment(struct str line)
{
    line.len = str_find(line, "/*");
    line.len = str_find(line, "//");
    return str_trim(line);
}

/* Does it begin a declaration? Not called for lines that may have a label. */
static bool begins(struct str line)
{
    return line.len && (isalpha((unsigned char)line.at[0]) || line.at[0] == '_');
}

static struct str title_of(struct str line)
{
    struct str title = without_comment(line);
    title.len = str_find(title, "{");
    title = str_trim(title);
    if (title.len && title.at[title.len - 1] == '=') {
        title.len--;
    }
    title = str_trim(title);
    return str_is(title, "enum") ? (struct str){"", 0} : title; /* one without a name */
}

static void name_lines(struct reader *r, size_t to)
{
    for (size_t i = r->first; i <= to; i++) {
        r->outline->titles[i] = r->title;
    }
}

/* A line of a declaration: it goes on, or ends, or opens a brace that closes here or later. */
static void read_begun(struct reader *r, struct str line, size_t i)
{
    struct str code = without_comment(line);
    size_t brace = str_find(code, "{");
    bool ends = code.len && code.at[code.len - 1] == ';';
    if (brace == code.len || ends) {
        r->where = ends || !code.len || line.at[0] == '#' ? OUTSIDE : BEGUN;
        return;
    }
    name_lines(r, i);
    r->where = code.at[code.len - 1] == '}' ? OUTSIDE : INSIDE;
}

static void read_line(struct reader *r, struct str line, size_t i)
{
    if (r->where == INSIDE) {
        r->outline->titles[i] = r->title;
        r->where = str_starts(line, "}") ? OUTSIDE : INSIDE;
        return;
    }
    if (r->where == OUTSIDE && begins(line)) {
        r->where = BEGUN;
        r->title = title_of(line);
        r->first = i;
    }
    if (r->where == BEGUN) {
        read_begun(r, line, i);
    }
}

struct outline outline_of(struct str text)
{
    struct outline outline = {NULL, 0};
    struct reader r = {.outline = &outline, .where = OUTSIDE};
    struct str line, rest = text;
    while (str_cut(&rest, '\n', &line)) {
        outline.lines++;
    }
    outline.titles = new_array(outline.lines, sizeof *outline.titles);
    for (size_t i = 0; str_cut(&text, '\n', &line); i++) {
        read_line(&r, line, i);
    }
    return outline;
}

void outline_free(struct outline *outline)
{
    free(outline->titles);
    *outline = (struct outline){NULL, 0};
}

struct str outline_title(const struct outline *outline, size_t line)
{
    return line && line <= outline->lines ? outline->titles[line - 1] : (struct str){"", 0};
}
