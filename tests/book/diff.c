/*
 * diff: see diff.h.
 */
#include "diff.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    struct str rest;
    const char *before, *stage;
    struct step *step;
};

/* What follows "<stage>/" in a path; len 0: the path is elsewhere. */
static struct str within(struct str path, const char *stage)
{
    size_t len = strlen(stage);
    for (struct str s = path; len && s.len > len; s = str_skip(s, str_find(s, "/") + 1)) {
        if (str_starts(s, stage) && s.at[len] == '/') {
            return str_skip(s, len + 1);
        }
    }
    return (struct str){"", 0};
}

/* The name of the file in the last of these words that has one. */
static struct str file_name(const struct reader *r, struct str words)
{
    struct str word, found = {"", 0};
    while (str_cut(&words, ' ', &word)) {
        if (word.len && word.at[0] == '"' && word.at[word.len - 1] == '"') {
            word.len--; /* git quotes names with bytes that are not ASCII */
        }
        struct str name = within(word, r->stage);
        name = name.len ? name : within(word, r->before);
        found = name.len ? name : found;
    }
    return found;
}

/* A number of a heading such as "@@ -12,7 +12,9 @@", and the count after it. */
static bool read_range(struct str *s, char sign, size_t *from, size_t *count)
{
    char *end;
    *s = str_skip(*s, str_find(*s, " ") + 1);
    if (!s->len || s->at[0] != sign) {
        return false;
    }
    *from = strtoul(s->at + 1, &end, 10);
    *count = *end == ',' ? strtoul(end + 1, &end, 10) : 1;
    return *end == ' ';
}

static void add_line(struct file *f, struct line line)
{
    f->lines = one_more(f->lines, f->n_lines, sizeof *f->lines);
    f->lines[f->n_lines++] = line;
    f->added += line.sign == '+';
    f->removed += line.sign == '-';
}

/* The lines after a heading: `before` of the file before, `now` of the one now. */
static void read_lines(struct reader *r, struct file *f, size_t at[2], size_t before, size_t now)
{
    struct str s, rest = r->rest;
    while (str_cut(&rest, '\n', &s)) {
        char sign = s.len ? s.at[0] : ' ';
        if (sign == '\\' && f->n_lines) {
            f->lines[f->n_lines - 1].open = true;
        } else if (!sign || !strchr("+- ", sign) || (!before && !now) || (sign != '+' && !before) ||
                   (sign != '-' && !now)) {
            return;
        } else {
            struct line line = {sign, false, str_skip(s, 1), 0, 0};
            if (sign != '+') {
                line.before = at[0]++;
                before--;
            }
            if (sign != '-') {
                line.now = at[1]++;
                now--;
            }
            add_line(f, line);
        }
        r->rest = rest;
    }
}

static void read_hunk(struct reader *r, struct file *f, struct str heading)
{
    size_t at[2], before, now;
    struct str s = heading;
    if (!read_range(&s, '-', &at[0], &before) || !read_range(&s, '+', &at[1], &now)) {
        return;
    }
    if (!at[0] && !before) {
        f->change = NEW;
    } else if (!at[1] && !now) {
        f->change = GONE;
    }
    struct hunk h = {f->n_lines, 0};
    read_lines(r, f, at, before, now);
    h.to = f->n_lines;
    f->hunks = one_more(f->hunks, f->n_hunks, sizeof *f->hunks);
    f->hunks[f->n_hunks++] = h;
}

/* From the first line about it: there, /dev/null says that it is new or gone, even if empty. */
static struct file *new_file(struct reader *r, struct str line)
{
    struct step *step = r->step;
    struct file f = {.name = file_name(r, line), .change = EDITED};
    if (!f.name.len) {
        return NULL;
    }
    size_t null = str_find(line, " /dev/null");
    if (null < line.len) {
        f.change = null + strlen(" /dev/null") < line.len ? NEW : GONE;
    }
    step->files = one_more(step->files, step->n, sizeof *step->files);
    step->files[step->n] = f;
    return &step->files[step->n++];
}

/* A heading such as "==== part 1: the table", and the lines of its sentence. */
static void read_part_heading(struct reader *r, struct str heading)
{
    static const char part[] = "part ", indent[] = "     ";
    struct part p = {.name = str_trim(heading), .from = r->step->n, .to = r->step->n};
    struct str line, rest = r->rest;
    if (str_starts(p.name, part)) {
        p.number = strtoul(p.name.at + strlen(part), NULL, 10);
        p.name = str_trim(str_skip(p.name, str_find(p.name, ":") + 1));
    }
    while (str_cut(&rest, '\n', &line) && str_starts(line, indent)) {
        text_say(&p.sentence, p.sentence.len ? " " : "");
        text_add(&p.sentence, str_trim(line));
        r->rest = rest;
    }
    r->step->parts = one_more(r->step->parts, r->step->n_parts, sizeof p);
    r->step->parts[r->step->n_parts++] = p;
}

void diff_read(struct step *step, struct str text, const char *before, const char *stage)
{
    static const char part[] = "==== ";
    struct reader r = {text, before, stage, step};
    struct file *f = NULL;
    struct str line;
    while (str_cut(&r.rest, '\n', &line)) {
        if (str_starts(line, "diff ")) {
            f = new_file(&r, line);
            if (step->n_parts) {
                step->parts[step->n_parts - 1].to = step->n;
            }
        } else if (str_starts(line, part)) {
            read_part_heading(&r, str_skip(line, strlen(part)));
        } else if (f && str_starts(line, "@@ ")) {
            read_hunk(&r, f, line);
        } else if (f && str_starts(line, "new file ")) {
            f->change = NEW; /* also when it is empty, and has no hunk */
        } else if (f && str_starts(line, "deleted file ")) {
            f->change = GONE;
        }
    }
}

void diff_free(struct step *step)
{
    for (size_t i = 0; i < step->n; i++) {
        free(step->files[i].lines);
        free(step->files[i].hunks);
    }
    for (size_t i = 0; i < step->n_parts; i++) {
        text_free(&step->parts[i].sentence);
    }
    free(step->files);
    free(step->parts);
    *step = (struct step){0};
}

const struct file *diff_find(const struct step *step, struct str name)
{
    for (size_t i = 0; i < step->n; i++) {
        if (str_same(step->files[i].name, name)) {
            return &step->files[i];
        }
    }
    return NULL;
}
