/*
 * code: see code.h.
 */
#include "code.h"

#include <stdlib.h>

#include "html.h"

static void run(struct text *out, struct str s, char kind)
{
    switch (kind) {
    case KEYWORD: text_say(out, "<b>"); break;
    case COMMENT: text_say(out, "<i>"); break;
    case 0: break;
    default: text_print(out, "<span class=\"%c\">", kind);
    }
    html_text(out, s);
    text_say(out, kind == KEYWORD ? "</b>" : kind == COMMENT ? "</i>" : kind ? "</span>" : "");
}

void code_line(struct text *out, struct str line, const char *kinds, const char *marks,
               const char *mark)
{
    bool marked = false;
    for (size_t i = 0, end; i < line.len; i = end) {
        bool m = marks && marks[i];
        if (m != marked) {
            text_print(out, m ? "<%s>" : "</%s>", mark);
            marked = m;
        }
        end = i + 1;
        while (end < line.len && kinds[end] == kinds[i] && (marks && marks[end]) == m) {
            end++;
        }
        run(out, (struct str){line.at + i, end - i}, kinds[i]);
    }
    if (marked) {
        text_print(out, "</%s>", mark);
    }
}

void code_block(struct text *out, struct str language, struct str code)
{
    char *kinds = new_array(code.len, 1);
    struct str line;
    int state = 0;
    enum language l = colour_language(language);
    text_say(out, "<pre><code>");
    while (str_cut(&code, '\n', &line)) {
        state = colour_line(l, state, line, kinds);
        code_line(out, line, kinds, NULL, NULL);
        text_char(out, '\n');
    }
    text_say(out, "</code></pre>\n");
    free(kinds);
}
