/*
 * text.c: the report for people. The core's points come first.
 */
#include "report.h"

#include <string.h>

static size_t width(double number)
{
    char text[64];
    size_t n = (size_t)snprintf(text, sizeof text, "%.2f", number);
    while (text[n - 1] == '0') {
        n--;
    }
    return text[n - 1] == '.' ? n - 1 : n;
}

static void write_column(FILE *out, double number)
{
    for (size_t n = width(number); n < 6; n++) {
        fputc(' ', out);
    }
    put_number(out, number);
}

static void write_group(FILE *out, const struct report *r,
                        const struct chapter *c, const char *group)
{
    size_t passed = tests_of(c, group, PASSED);
    size_t failed = tests_of(c, group, FAILED) + tests_of(c, group, LATE);
    size_t skipped = tests_of(c, group, SKIPPED);
    double points = points_of(c, group);
    if (passed + failed + skipped == 0) {
        return;
    }
    fprintf(out, "  %-10s", group);
    if (points > 0) {
        write_column(out, score_of(c, group));
        fputs(" of ", out);
        put_number(out, points);
        fputs(" points; ", out);
    } else {
        fputs("     no points; ", out);
    }
    fprintf(out, "%zu of %zu tests passed", passed, passed + failed);
    if (skipped > 0) {
        fprintf(out, ", %zu skipped", skipped);
    }
    if (failed > 0 && strcmp(c->build, "ok") == 0 && !is_told(r, c, group)) {
        fputs(" (ALL=1 lists the others)", out);
    }
    fputc('\n', out);
}

static void write_requirement(FILE *out, const struct requirement *q)
{
    if (q->points > 0) {
        write_column(out, q->score);
        fputs(" of ", out);
        write_column(out, q->points);
    } else {
        fprintf(out, "%6zu of %6zu tests", q->passed, q->passed + q->failed);
    }
    fputs("  ", out);
    put_text(out, q->id);
    fputs(": ", out);
    put_text(out, q->title);
    if (q->passed + q->failed == 0) {
        fputs(" (all skipped)", out);
    }
    fputc('\n', out);
    write_losses(out, q, "        ");
}

static void write_requirements(FILE *out, const struct chapter *c,
                               const char *group)
{
    bool first = true;
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->requirements[i].group, group) != 0) {
            continue;
        }
        if (first) {
            fprintf(out, "\n%s\n", group);
            first = false;
        }
        write_requirement(out, &c->requirements[i]);
    }
}

static void write_chapter(FILE *out, const struct report *r,
                          const struct chapter *c)
{
    fputc('\n', out);
    put_text(out, c->stage);
    fputc('\n', out);
    for (int g = 0; groups[g]; g++) {
        write_group(out, r, c, groups[g]);
    }
    if (strcmp(c->build, "ok") != 0) {
        fputs(strcmp(c->build, "none") == 0
                  ? "\nnothing was handed in for this chapter\n"
                  : "\nit does not build:\n", out);
        put_indented(out, c->words, "        ");
        return; /* every test is lost, for this one reason */
    }
    for (int g = 0; groups[g]; g++) {
        if (is_told(r, c, groups[g])) {
            write_requirements(out, c, groups[g]);
        }
    }
}

void write_text(FILE *out, const struct report *r)
{
    put_text(out, r->submission);
    fputc('\n', out);
    for (size_t i = 0; i < r->nnotes; i++) {
        put_indented(out, r->notes[i], "  note: ");
    }
    for (size_t i = 0; i < r->count; i++) {
        write_chapter(out, r, &r->chapters[i]);
    }
    fputs("\ntotal ", out);
    put_number(out, score_in_all(r));
    fputs(" of ", out);
    put_number(out, points_in_all(r));
    fputs(" points\n", out);
}
