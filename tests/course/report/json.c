/*
 * json.c: three forms in JSON: our own, with all that is known; Gradescope's
 * results.json; and what GitHub Classroom's reporter takes from a grader.
 * In the last two a requirement is a test.
 */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <stdlib.h>
#include <string.h>

static void name(FILE *out, const char *key)
{
    fprintf(out, "\"%s\": ", key);
}

static void string(FILE *out, const char *key, const char *text)
{
    name(out, key);
    put_json(out, text);
    fputs(", ", out);
}

static void number(FILE *out, const char *key, double value)
{
    name(out, key);
    put_number(out, value);
    fputs(", ", out);
}

/* ---- ours ---- */

static void json_test(FILE *out, const struct test *t)
{
    fputc('{', out);
    string(out, "name", t->name);
    string(out, "status", state_name(t->state));
    string(out, "message", t->message);
    string(out, "see", t->see);
    string(out, "again", t->again);
    name(out, "milliseconds");
    put_number(out, (double)t->ms);
    fputc('}', out);
}

static void json_requirement(FILE *out, const struct requirement *q)
{
    fputc('{', out);
    string(out, "id", q->id);
    string(out, "group", q->group);
    string(out, "title", q->title);
    number(out, "score", q->score);
    number(out, "points", q->points);
    fputs("\"tests\": [", out);
    for (size_t i = 0; i < q->count; i++) {
        fputs(i ? ",\n        " : "\n        ", out);
        json_test(out, &q->tests[i]);
    }
    fputs("]}", out);
}

static void json_groups(FILE *out, const struct chapter *c)
{
    fputs("\"groups\": {", out);
    for (int g = 0; groups[g]; g++) {
        fprintf(out, "%s\"%s\": {", g ? ", " : "", groups[g]);
        number(out, "score", score_of(c, groups[g]));
        name(out, "points");
        put_number(out, points_of(c, groups[g]));
        fputc('}', out);
    }
    fputs("}, ", out);
}

static void json_chapter(FILE *out, const struct chapter *c)
{
    fputc('{', out);
    string(out, "chapter", c->name);
    string(out, "stage", c->stage);
    string(out, "build", c->build);
    string(out, "build_output", c->words);
    json_groups(out, c);
    fputs("\"requirements\": [", out);
    for (size_t i = 0; i < c->count; i++) {
        fputs(i ? ",\n      " : "\n      ", out);
        json_requirement(out, &c->requirements[i]);
    }
    fputs("]}", out);
}

void write_json(FILE *out, const struct report *r)
{
    fputc('{', out);
    string(out, "submission", r->submission);
    number(out, "score", score_in_all(r));
    number(out, "points", points_in_all(r));
    fputs("\"notes\": [", out);
    for (size_t i = 0; i < r->nnotes; i++) {
        fputs(i ? ", " : "", out);
        put_json(out, r->notes[i]);
    }
    fputs("],\n  \"chapters\": [", out);
    for (size_t i = 0; i < r->count; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        json_chapter(out, &r->chapters[i]);
    }
    fputs("]}\n", out);
}

/* ---- what the other two have in common ---- */

static char *title_of(const struct chapter *c, const struct requirement *q)
{
    char *text;
    FILE *f = open_text(&text);
    fprintf(f, "%s %s: %s: %s", c->name, q->group, q->id, q->title);
    fclose(f);
    return text;
}

/* Why not all of its points were given, or nothing. */
static char *reason_of(const struct chapter *c, const struct requirement *q)
{
    char *text;
    FILE *f = open_text(&text);
    if (strcmp(c->build, "ok") != 0 && q->failed > 0) {
        fputs(strcmp(c->build, "failed") == 0 ? "it does not build:\n" : "", f);
        fputs(c->words, f);
    } else {
        write_losses(f, q, "");
    }
    fclose(f);
    return text;
}

static char *notes_of(const struct report *r)
{
    char *text;
    FILE *f = open_text(&text);
    for (size_t i = 0; i < r->nnotes; i++) {
        fprintf(f, "note: %s\n", r->notes[i]);
    }
    for (size_t i = 0; i < r->count; i++) {
        fprintf(f, "%s: core ", r->chapters[i].stage);
        put_number(f, score_of(&r->chapters[i], "core"));
        fputs(" of ", f);
        put_number(f, points_of(&r->chapters[i], "core"));
        fputc('\n', f);
    }
    fclose(f);
    return text;
}

static long ms_of_requirement(const struct requirement *q)
{
    long sum = 0;
    for (size_t i = 0; i < q->count; i++) {
        sum += q->tests[i].ms;
    }
    return sum;
}

/* Calls write for every requirement that is told, with commas between. */
static void each(FILE *out, const struct report *r,
                 void (*write)(FILE *, const struct chapter *,
                               const struct requirement *))
{
    const char *before = "\n    ";
    for (size_t i = 0; i < r->count; i++) {
        const struct chapter *c = &r->chapters[i];
        for (size_t k = 0; k < c->count; k++) {
            if (is_told(r, c, c->requirements[k].group)) {
                fputs(before, out);
                write(out, c, &c->requirements[k]);
                before = ",\n    ";
            }
        }
    }
}

/* ---- Gradescope ---- */

static void gradescope_test(FILE *out, const struct chapter *c,
                            const struct requirement *q)
{
    char *title = title_of(c, q), *reason = reason_of(c, q);
    bool hidden = strcmp(q->group, "hidden") == 0;
    fputc('{', out);
    string(out, "name", title);
    number(out, "score", q->score);
    number(out, "max_score", q->points);
    string(out, "status", q->failed ? "failed" : "passed");
    string(out, "output", reason);
    fputs("\"tags\": [", out);
    put_json(out, q->group);
    fputs("], ", out);
    name(out, "visibility");
    put_json(out, hidden ? "after_published" : "visible");
    fputc('}', out);
    free(title);
    free(reason);
}

void write_gradescope(FILE *out, const struct report *r)
{
    char *notes = notes_of(r);
    long ms = 0;
    for (size_t i = 0; i < r->count; i++) {
        ms += ms_of(&r->chapters[i]);
    }
    fputs("{", out);
    number(out, "score", score_in_all(r));
    number(out, "execution_time", (double)(ms / 1000));
    string(out, "output", notes);
    string(out, "visibility", "visible");
    string(out, "stdout_visibility", "hidden");
    fputs("\"tests\": [", out);
    each(out, r, gradescope_test);
    fputs("]}\n", out);
    free(notes);
}

/* ---- GitHub Classroom ---- */

static const char *first_command(const struct requirement *q)
{
    for (size_t i = 0; i < q->count; i++) {
        if (q->tests[i].state == FAILED || q->tests[i].state == LATE) {
            return q->tests[i].again;
        }
    }
    return "";
}

static void classroom_test(FILE *out, const struct chapter *c,
                           const struct requirement *q)
{
    char *title = title_of(c, q), *reason = reason_of(c, q);
    fputc('{', out);
    string(out, "name", title);
    string(out, "status", q->failed ? "fail" : "pass");
    number(out, "score", q->score);
    string(out, "message", reason);
    string(out, "test_code", first_command(q));
    string(out, "filename", "");
    number(out, "line_no", 0);
    name(out, "execution_time");
    put_number(out, (double)ms_of_requirement(q) / 1000);
    fputc('}', out);
    free(title);
    free(reason);
}

void write_classroom(FILE *out, const struct report *r)
{
    fputc('{', out);
    number(out, "version", 1);
    string(out, "status", is_full(r) ? "pass" : "fail");
    number(out, "max_score", points_in_all(r));
    fputs("\"tests\": [", out);
    each(out, r, classroom_test);
    fputs("]}\n", out);
}
