/*
 * report: reads a submission's results from stdin (see data.c) and writes
 * them to stdout.
 *
 *   report text|json|gradescope|classroom|junit|csv|csv-head
 *   report full      writes nothing; status 0 if no test was lost, else 1
 */
#include "report.h"

#include <string.h>

static const struct form {
    const char *name;
    void (*write)(FILE *, const struct report *);
} forms[] = {
    { "text", write_text },           { "json", write_json },
    { "gradescope", write_gradescope }, { "classroom", write_classroom },
    { "junit", write_junit },         { "csv", write_csv },
    { "csv-head", write_csv_head },
};

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "full") == 0) {
        return is_full(read_report(stdin)) ? 0 : 1;
    }
    for (size_t i = 0; argc == 2 && i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(forms[i].name, argv[1]) == 0) {
            forms[i].write(stdout, read_report(stdin));
            return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
        }
    }
    fprintf(stderr, "usage: report FORM <results  (see report.c)\n");
    return 2;
}
