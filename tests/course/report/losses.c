/*
 * losses.c: what a requirement lost and why; the same in every form that
 * shows text.
 */
#include "report.h"

#include <string.h>

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

/*
 * What a test needs and another one has told to be missing, or NULL: the words
 * are those of helpers.bash, "needs the basic exchange" and the like.
 */
static const char *told_elsewhere(const struct test *t)
{
    bool needs = t->state == FAILED &&
                 strncmp(t->message, "needs the ", 10) == 0;
    return needs && !strchr(t->message, '\n') ? t->message + 6 : NULL;
}

/* How many of the tests from i on need what test i needs; 0 if one before it
 * does, too. */
static size_t count_needs(const struct requirement *q, size_t i)
{
    const char *what = told_elsewhere(&q->tests[i]);
    size_t n = 0;
    for (size_t k = 0; what && k < q->count; k++) {
        const char *other = told_elsewhere(&q->tests[k]);
        if (other && strcmp(other, what) == 0) {
            if (k < i) {
                return 0;
            }
            n++;
        }
    }
    return n;
}

void write_losses(FILE *out, const struct requirement *q, const char *before)
{
    for (size_t i = 0; i < q->count; i++) {
        const struct test *t = &q->tests[i];
        if ((t->state == FAILED || t->state == LATE) && !told_elsewhere(t)) {
            write_loss(out, t, before);
        }
    }
    for (size_t i = 0; i < q->count; i++) {
        size_t n = count_needs(q, i);
        if (n > 0) {
            fprintf(out, "%s%zu %s ", before, n,
                    n == 1 ? "test needs" : "tests need");
            put_text(out, told_elsewhere(&q->tests[i]));
            fputc('\n', out);
        }
    }
}
