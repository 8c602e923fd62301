/*
 * data.c: reads a submission's results. A line is a record, its fields are
 * between tabs, \t \n \\ in a field are a tab, a newline, a backslash:
 *
 *   submission NAME
 *   note TEXT                              about all of it
 *   chapter NAME STAGE                     what follows belongs to it
 *   build ok|failed|none TEXT
 *   requirement ID GROUP POINTS INVARIANT TITLE
 *   test NAME passed|failed|skipped|late MS MESSAGE SEE AGAIN
 */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { MAX_FIELDS = 8 };

static void malformed(const char *what)
{
    fprintf(stderr, "report: malformed input: %s\n", what);
    exit(1);
}

/* Room for one more element at the end of an array of count ones. */
static void *one_more(void *array, size_t count, size_t size)
{
    array = realloc(array, (count + 1) * size);
    if (!array) {
        malformed("too much");
    }
    memset((char *)array + count * size, 0, size);
    return array;
}

static char *unescape(char *field)
{
    char *to = field;
    for (const char *p = field; *p; p++) {
        if (*p == '\\' && p[1]) {
            p++;
            *to++ = *p == 't' ? '\t' : *p == 'n' ? '\n' : *p;
        } else {
            *to++ = *p;
        }
    }
    while (to > field && to[-1] == '\n') {
        to--;
    }
    *to = '\0';
    return field;
}

/* Fields that a line does not have are empty. */
static void split(char *line, char **fields)
{
    static char nothing[] = "";
    char *p = line;
    for (int i = 0; i < MAX_FIELDS; i++) {
        char *tab = p ? strchr(p, '\t') : NULL;
        fields[i] = p ? p : nothing;
        if (tab) {
            *tab = '\0';
        }
        p = tab ? tab + 1 : NULL;
    }
    for (int i = 0; i < MAX_FIELDS; i++) {
        if (*fields[i]) {
            unescape(fields[i]);
        }
    }
}

static enum state state_named(const char *name)
{
    for (enum state s = PASSED; s <= LATE; s++) {
        if (strcmp(state_name(s), name) == 0) {
            return s;
        }
    }
    malformed(name);
    return FAILED;
}

static void add_note(struct report *r, const char *text)
{
    r->notes = one_more(r->notes, r->nnotes, sizeof *r->notes);
    r->notes[r->nnotes++] = text;
}

static void add_chapter(struct report *r, char **f)
{
    r->chapters = one_more(r->chapters, r->count, sizeof *r->chapters);
    r->chapters[r->count++] = (struct chapter){
        .name = f[1], .stage = f[2], .build = "none", .words = ""
    };
}

static void add_requirement(struct chapter *c, char **f)
{
    size_t size = sizeof *c->requirements;
    c->requirements = one_more(c->requirements, c->count, size);
    c->requirements[c->count++] = (struct requirement){
        .id = f[1], .group = f[2], .points = strtod(f[3], NULL), .title = f[5]
    };
}

static void add_test(struct requirement *q, char **f)
{
    q->tests = one_more(q->tests, q->count, sizeof *q->tests);
    q->tests[q->count++] = (struct test){
        .name = f[1], .state = state_named(f[2]), .ms = strtol(f[3], NULL, 10),
        .message = f[4], .see = f[5], .again = f[6]
    };
}

static void read_line(struct report *r, char **f)
{
    struct chapter *c = r->count ? &r->chapters[r->count - 1] : NULL;
    struct requirement *q =
        c && c->count ? &c->requirements[c->count - 1] : NULL;
    if (strcmp(f[0], "submission") == 0) {
        r->submission = f[1];
    } else if (strcmp(f[0], "note") == 0) {
        add_note(r, f[1]);
    } else if (strcmp(f[0], "chapter") == 0) {
        add_chapter(r, f);
    } else if (strcmp(f[0], "build") == 0 && c) {
        c->build = f[1];
        c->words = f[2];
    } else if (strcmp(f[0], "requirement") == 0 && c) {
        add_requirement(c, f);
    } else if (strcmp(f[0], "test") == 0 && q) {
        add_test(q, f);
    } else {
        malformed(f[0]);
    }
}

struct report *read_report(FILE *in)
{
    struct report *r = calloc(1, sizeof *r);
    char *line = NULL, *fields[MAX_FIELDS];
    size_t size = 0;
    ssize_t n;
    if (!r) {
        malformed("too much");
    }
    r->submission = "";
    while ((n = getline(&line, &size, in)) > 0) {
        line[strcspn(line, "\n")] = '\0';
        split(line, fields);
        read_line(r, fields);
        line = NULL; /* the fields stay where they are */
        size = 0;
    }
    free(line);
    count_scores(r);
    return r;
}
