/*
 * report.h: one submission's results, as read from tests/course/grade, and
 * the forms in which they can be written. How they come in: see data.c.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum state { PASSED, FAILED, SKIPPED, LATE };

struct test {
    const char *name;
    enum state state;
    long ms;             /* how long it took */
    const char *message; /* why it failed or was skipped; may be empty */
    const char *see;     /* what explains it; may be empty */
    const char *again;   /* the command that runs it again; may be empty */
};

struct requirement {
    const char *id;
    const char *group; /* core, hardening, extra, hidden */
    double points;
    const char *title;
    struct test *tests;
    size_t count;
    double score; /* of its points; count_score() */
    size_t passed, failed, skipped;
};

struct chapter {
    const char *name;  /* ch08 */
    const char *stage; /* ch08_hashtable */
    const char *build; /* ok, failed, none */
    const char *words; /* the compiler's, if it failed */
    struct requirement *requirements;
    size_t count;
};

struct report {
    bool all; /* tell all that was lost, though it costs nothing */
    const char *submission;
    const char **notes; /* about all of it */
    size_t nnotes;
    struct chapter *chapters;
    size_t count;
};

/* data.c. What is malformed ends the program with status 1. */
struct report *read_report(FILE *in);

/* score.c */
extern const char *const groups[]; /* ends with NULL */
void count_scores(struct report *r);
double points_of(const struct chapter *c, const char *group); /* NULL: all */
double score_of(const struct chapter *c, const char *group);
double points_in_all(const struct report *r);
double score_in_all(const struct report *r);
size_t tests_of(const struct chapter *c, const char *group, enum state state);
long ms_of(const struct chapter *c); /* all of its tests together */
bool is_full(const struct report *r);
bool is_told(const struct report *r, const struct chapter *c,
             const char *group);
const char *state_name(enum state state);

/*
 * clean.c: text as a form wants it. Whatever bytes come in, what goes out is
 * valid UTF-8 without control characters but for newlines and tabs.
 */
void put_text(FILE *out, const char *text);
void put_json(FILE *out, const char *text); /* with its quotation marks */
void put_xml(FILE *out, const char *text);
void put_csv(FILE *out, const char *text);
void put_indented(FILE *out, const char *text, const char *before);
void put_number(FILE *out, double number); /* 7, 7.5, 7.25 */
void copy_clean(FILE *out, FILE *in);      /* put_text() of all of it */

/* A text that is being put together; what it holds is text. */
FILE *open_text(char **text);

/* One form each. */
void write_text(FILE *out, const struct report *r);
void write_json(FILE *out, const struct report *r);
void write_gradescope(FILE *out, const struct report *r);
void write_classroom(FILE *out, const struct report *r);
void write_autolab(FILE *out, const struct report *r);
void write_junit(FILE *out, const struct report *r);
void write_csv_head(FILE *out, const struct report *r);
void write_csv(FILE *out, const struct report *r);

/* losses.c: a requirement's lost tests with their reasons, as text. */
void write_losses(FILE *out, const struct requirement *q, const char *before);

#endif
