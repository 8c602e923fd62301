/*
 * report: reads a submission's results from stdin (see data.c) and writes
 * them to stdout.
 *
 *   report text|json|gradescope|classroom|autolab|junit|csv|csv-head [all]
 *                    all: also the lost tests that are worth nothing
 *   report full      writes nothing; status 0 if no test was lost, else 1
 *   report clean     another thing: copies any bytes as text that is harmless
 */
#include "report.h"

#include <string.h>

static const struct form {
    const char *name;
    void (*write)(FILE *, const struct report *);
} forms[] = {
    { "text", write_text },           { "json", write_json },
    { "gradescope", write_gradescope }, { "classroom", write_classroom },
    { "autolab", write_autolab },     { "junit", write_junit },
    { "csv", write_csv },             { "csv-head", write_csv_head },
};

static int write_report(const struct form *form, bool all)
{
    struct report *r = read_report(stdin);
    r->all = all;
    form->write(stdout, r);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

int main(int argc, char **argv)
{
    bool all = argc == 3 && strcmp(argv[2], "all") == 0;
    if (argc == 2 && strcmp(argv[1], "full") == 0) {
        return is_full(read_report(stdin)) ? 0 : 1;
    }
    if (argc == 2 && strcmp(argv[1], "clean") == 0) {
        copy_clean(stdout, stdin);
        return 0;
    }
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if ((argc == 2 || all) && strcmp(forms[i].name, argv[1]) == 0) {
            return write_report(&forms[i], all);
        }
    }
    fprintf(stderr, "usage: report FORM <results  (see report.c)\n");
    return 2;
}
