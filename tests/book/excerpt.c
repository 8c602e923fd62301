/*
 * excerpt: see excerpt.h.
 */
#include "excerpt.h"

#include "md_line.h"

static const char fence[] = "```";

/* How many lines of the code follow one another in the file, starting at its i-th line. */
static size_t same_lines(const struct file *f, size_t i, struct str code)
{
    struct str line;
    size_t n = 0;
    for (; i < f->n_lines && str_cut(&code, '\n', &line) && !str_starts(line, fence); i++) {
        while (i < f->n_lines && f->lines[i].sign == '-') {
            i++;
        }
        if (i == f->n_lines || !str_same(f->lines[i].text, line)) {
            break;
        }
        n++;
    }
    return n;
}

/* The line at which the longest run begins. */
static size_t find_line(const struct file *f, struct str code)
{
    size_t most = 0, line = 0;
    for (size_t i = 0; i < f->n_lines; i++) {
        size_t n = f->lines[i].sign == '-' ? 0 : same_lines(f, i, code);
        if (n > most) {
            most = n;
            line = f->lines[i].now;
        }
    }
    return line;
}

bool excerpt_read(struct excerpt *e, struct str paragraph, struct str rest,
                  const struct step *step)
{
    struct str line = {"", 0}, url = str_skip(paragraph, str_find(paragraph, "](") + 2);
    url.len = str_find(url, ")");
    while (str_cut(&rest, '\n', &line) && is_blank(line)) {
    }
    if (!step || !str_starts(paragraph, "[`") || !str_starts(line, fence)) {
        return false;
    }
    struct str what = str_skip(paragraph, (size_t)(url.at + url.len - paragraph.at));
    what = str_skip(what, str_find(what, "`"));
    what.len = what.len ? 1 + str_find(str_skip(what, 1), "`") + 1 : 0;
    what.len = what.at + what.len > paragraph.at + paragraph.len ? 0 : what.len;
    *e = (struct excerpt){diff_find(step, url), what, 0};
    if (e->file) {
        e->line = find_line(e->file, rest);
    }
    return e->file != NULL;
}

void excerpt_id(struct text *out, size_t number)
{
    text_print(out, "excerpt:%zu", number);
}
