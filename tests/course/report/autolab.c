/*
 * autolab.c: what Autolab takes from a grader's output: the report for people,
 * and as its last line the scores in JSON. A requirement that has points is a
 * problem there; with several chapters its name begins with the chapter's.
 */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <stdlib.h>

static char *problem_name(const struct report *r, const struct chapter *c,
                          const struct requirement *q)
{
    char *text;
    FILE *f = open_text(&text);
    fprintf(f, "%s%s%s", r->count > 1 ? c->name : "", r->count > 1 ? " " : "",
            q->id);
    fclose(f);
    return text;
}

static void write_scores(FILE *out, const struct report *r)
{
    const char *before = "";
    for (size_t i = 0; i < r->count; i++) {
        const struct chapter *c = &r->chapters[i];
        for (size_t k = 0; k < c->count; k++) {
            const struct requirement *q = &c->requirements[k];
            if (q->points > 0) {
                char *name = problem_name(r, c, q);
                fputs(before, out);
                put_json(out, name);
                fputs(": ", out);
                put_number(out, q->score);
                before = ", ";
                free(name);
            }
        }
    }
}

void write_autolab(FILE *out, const struct report *r)
{
    write_text(out, r);
    fputs("{\"scores\": {", out);
    write_scores(out, r);
    fputs("}, \"scoreboard\": [", out);
    put_number(out, score_in_all(r));
    fputs("]}\n", out);
}
