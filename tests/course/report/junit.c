/*
 * junit.c: the XML that CI systems read: a suite a requirement.
 */
#include "report.h"

static void attribute(FILE *out, const char *name, const char *text)
{
    fprintf(out, " %s=\"", name);
    put_xml(out, text);
    fputc('"', out);
}

static void write_failure(FILE *out, const struct test *t)
{
    fputs("      <failure", out);
    attribute(out, "message",
              t->state == LATE ? "the time was over" : "the test failed");
    fputc('>', out);
    put_xml(out, t->message);
    if (*t->see) {
        fputs("&#10;see ", out);
        put_xml(out, t->see);
    }
    if (*t->again) {
        fputs("&#10;again: ", out);
        put_xml(out, t->again);
    }
    fputs("</failure>\n", out);
}

static void write_case(FILE *out, const struct chapter *c,
                       const struct requirement *q, const struct test *t)
{
    fprintf(out, "    <testcase classname=\"");
    put_xml(out, c->name);
    fputc('.', out);
    put_xml(out, q->id);
    fputc('"', out);
    attribute(out, "name", t->name);
    fprintf(out, " time=\"%.3f\">\n", (double)t->ms / 1000);
    if (t->state == SKIPPED) {
        fputs("      <skipped", out);
        attribute(out, "message", t->message);
        fputs("/>\n", out);
    } else if (t->state != PASSED) {
        write_failure(out, t);
    }
    fputs("    </testcase>\n", out);
}

static void write_suite(FILE *out, const struct chapter *c,
                        const struct requirement *q)
{
    fprintf(out, "  <testsuite name=\"");
    put_xml(out, c->name);
    fputc('.', out);
    put_xml(out, q->id);
    fprintf(out, "\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n",
            q->count, q->failed, q->skipped);
    for (size_t i = 0; i < q->count; i++) {
        write_case(out, c, q, &q->tests[i]);
    }
    fputs("  </testsuite>\n", out);
}

void write_junit(FILE *out, const struct report *r)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    attribute(out, "name", r->submission);
    fputs(">\n", out);
    for (size_t i = 0; i < r->count; i++) {
        for (size_t k = 0; k < r->chapters[i].count; k++) {
            write_suite(out, &r->chapters[i],
                        &r->chapters[i].requirements[k]);
        }
    }
    fputs("</testsuites>\n", out);
}
