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
 * What a test needs and another one has told to be missing, or NULL. The words
 * are those of needs_basic() and needs_client() in helpers.bash.
 */
static const char *told_elsewhere(const struct test *t)
{
    bool needs = strncmp(t->message, "needs the ", 10) == 0;
    return needs && !strchr(t->message, '\n') ? t->message + 6 : NULL;
}

/* One line for all that need the same. */
static void write_needs(FILE *out, const struct requirement *q,
                        const char *what, const char *before)
{
    size_t n = 0;
    for (size_t i = 0; i < q->count; i++) {
        const char *need = told_elsewhere(&q->tests[i]);
        n += need && strcmp(need, what) == 0;
    }
    if (n > 0) {
        fprintf(out, "%s%zu %s %s\n", before, n,
                n == 1 ? "test needs" : "tests need", what);
    }
}

void write_losses(FILE *out, const struct requirement *q, const char *before)
{
    for (size_t i = 0; i < q->count; i++) {
        const struct test *t = &q->tests[i];
        if ((t->state == FAILED || t->state == LATE) && !told_elsewhere(t)) {
            write_loss(out, t, before);
        }
    }
    write_needs(out, q, "the basic exchange", before);
    write_needs(out, q, "the client", before);
}
