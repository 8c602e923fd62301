/*
 * csv.c: a class as a table: one line a submission, a column a requirement.
 */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <stdlib.h>
#include <string.h>

static void each(FILE *out, const struct report *r,
                 void (*write)(FILE *, const struct requirement *))
{
    for (size_t i = 0; i < r->count; i++) {
        for (size_t k = 0; k < r->chapters[i].count; k++) {
            fputc(',', out);
            write(out, &r->chapters[i].requirements[k]);
        }
    }
}

static void write_id(FILE *out, const struct requirement *q)
{
    char *text;
    FILE *f = open_text(&text);
    fprintf(f, "%s %s", q->group, q->id);
    if (q->points > 0) {
        fputs(" (", f);
        put_number(f, q->points);
        fputc(')', f);
    }
    fclose(f);
    put_csv(out, text);
    free(text);
}

static void write_score(FILE *out, const struct requirement *q)
{
    if (q->points > 0) {
        put_number(out, q->score);
    } else {
        fprintf(out, "%zu/%zu", q->passed, q->passed + q->failed);
    }
}

void write_csv_head(FILE *out, const struct report *r)
{
    fputs("\"submission\",\"core\",\"total\",\"of\"", out);
    each(out, r, write_id);
    fputs(",\"remark\"\n", out);
}

static void remark_chapter(FILE *out, const struct chapter *c)
{
    const char *before = "lost: ";
    if (strcmp(c->build, "failed") == 0) {
        fputs("does not build; ", out);
        return;
    }
    if (strcmp(c->build, "none") == 0) {
        fputs("nothing handed in; ", out);
        return;
    }
    for (size_t i = 0; i < c->count; i++) {
        if (c->requirements[i].score < c->requirements[i].points) {
            fprintf(out, "%s%s", before, c->requirements[i].id);
            before = ", ";
        }
    }
    fputs(*before == ',' ? "; " : "full marks; ", out);
}

void write_csv(FILE *out, const struct report *r)
{
    char *remark;
    double core = 0;
    FILE *f = open_text(&remark);
    for (size_t i = 0; i < r->count; i++) {
        remark_chapter(f, &r->chapters[i]);
        core += score_of(&r->chapters[i], "core");
    }
    for (size_t i = 0; i < r->nnotes; i++) {
        fprintf(f, "%s; ", r->notes[i]);
    }
    fclose(f);
    if (strlen(remark) >= 2) {
        remark[strlen(remark) - 2] = '\0';
    }
    put_csv(out, r->submission);
    fputc(',', out);
    put_number(out, core);
    fputc(',', out);
    put_number(out, score_in_all(r));
    fputc(',', out);
    put_number(out, points_in_all(r));
    each(out, r, write_score);
    fputc(',', out);
    put_csv(out, remark);
    fputc('\n', out);
    free(remark);
}
