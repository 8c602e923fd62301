/*
 * md_line: see md_line.h.
 */
#include "md_line.h"

#include <ctype.h>
#include <string.h>

struct str first_line(struct str s)
{
    struct str line = {"", 0};
    str_cut(&s, '\n', &line);
    return line;
}

size_t indent_of(struct str line)
{
    size_t n = 0;
    while (n < line.len && line.at[n] == ' ') {
        n++;
    }
    return n;
}

bool is_blank(struct str line)
{
    return !str_trim(line).len;
}

size_t heading_level(struct str line)
{
    size_t n = 0;
    while (n < line.len && line.at[n] == '#') {
        n++;
    }
    return n && n <= 6 && n < line.len && line.at[n] == ' ' ? n : 0;
}

size_t list_marker(struct str line)
{
    size_t n = 0;
    while (n < line.len && isdigit((unsigned char)line.at[n])) {
        n++;
    }
    bool numbered = n && n < line.len && line.at[n] == '.';
    if (!numbered && (n || !line.len || !line.at[0] || !strchr("-*+", line.at[0]))) {
        return 0;
    }
    size_t blanks = indent_of(str_skip(line, n + 1));
    return blanks ? n + 1 + blanks : 0;
}

bool begins_block(struct str line)
{
    return is_blank(line) || heading_level(line) || list_marker(line) ||
           str_starts(line, "```") || str_starts(line, "|") || str_starts(line, "<details>") ||
           str_starts(line, "</details>");
}
