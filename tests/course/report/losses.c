/*
 * losses.c: what a requirement lost and why; the same in every form that
 * shows text.
 */
#include "report.h"

static void write_loss(FILE *out, const struct test *t, const char *before)
{
    char inner[64];
    snprintf(inner, sizeof inner, "%s      ", before);
    fprintf(out, "%s%s  ", before, t->state == LATE ? "LATE" : "FAIL");
    put_text(out, t->name);
    fputc('\n', out);
    put_indented(out, t->message, inner);
    if (*t->see) {
        fprintf(out, "%ssee ", inner);
        put_text(out, t->see);
        fputc('\n', out);
    }
    if (*t->again) {
        fprintf(out, "%sagain: ", inner);
        put_text(out, t->again);
        fputc('\n', out);
    }
}

void write_losses(FILE *out, const struct requirement *q, const char *before)
{
    for (size_t i = 0; i < q->count; i++) {
        if (q->tests[i].state == FAILED || q->tests[i].state == LATE) {
            write_loss(out, &q->tests[i], before);
        }
    }
}
