/*
 * md_table: see md_table.h.
 */
#include "md_table.h"

#include <string.h>

#include "md_line.h"

/* Takes a cell off a row: up to the next | that is not in `code` and has no \ before it. */
static bool cut_cell(struct str *row, struct str *cell)
{
    bool code = false;
    size_t i = 0;
    for (; i < row->len && (code || row->at[i] != '|'); i++) {
        code ^= row->at[i] == '`';
        i += row->at[i] == '\\' && i + 1 < row->len;
    }
    if (i >= row->len) {
        return false;
    }
    *cell = str_trim((struct str){row->at, i});
    *row = str_skip(*row, i + 1);
    return true;
}

/* A cell with | in place of \|, which in `code` would be shown as it is. */
static void without_escapes(struct text *out, struct str cell)
{
    for (size_t i = 0; i < cell.len; i++) {
        i += str_starts(str_skip(cell, i), "\\|");
        text_char(out, cell.at[i]);
    }
}

static void table_row(struct text *out, struct str line, const char *cell_name,
                      const struct links *links)
{
    struct str cell, row = str_skip(str_trim(line), 1);
    bool head = strcmp(cell_name, "th") == 0;
    text_say(out, "<tr>");
    while (cut_cell(&row, &cell)) {
        struct text plain = {0};
        without_escapes(&plain, cell);
        bool th = head && cell.len;
        text_say(out, th ? "<th scope=\"col\">" : "<td>");
        inline_html(out, str_view(&plain), links);
        text_say(out, th ? "</th>" : "</td>");
        text_free(&plain);
    }
    text_say(out, "</tr>\n");
}

void md_table(struct text *out, struct str *rest, const struct links *links)
{
    struct str line = first_line(*rest), second = str_skip(*rest, line.len + 1);
    text_say(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">"
                  "<table>\n");
    if (str_starts(second, "|-") || str_starts(second, "|:") || str_starts(second, "| -")) {
        text_say(out, "<thead>\n");
        table_row(out, line, "th", links);
        text_say(out, "</thead>\n");
        str_cut(rest, '\n', &line);
        str_cut(rest, '\n', &line);
    }
    text_say(out, "<tbody>\n");
    while (str_starts(*rest, "|") && str_cut(rest, '\n', &line)) {
        table_row(out, line, "td", links);
    }
    text_say(out, "</tbody></table></div>\n");
}
