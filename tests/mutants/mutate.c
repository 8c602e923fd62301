/*
 * mutate: the mutations of a stage, that is, of its .c and .h files.
 *
 *   mutate list STAGE [BEFORE]          prints one line for each mutation
 *   mutate shuffle SEED STAGE [BEFORE]  the same lines in a random order
 *   mutate apply NUMBER STAGE [BEFORE]  prints the file with that mutation
 *
 * A line has these fields, with tabs between them:
 *
 *   NUMBER FILE FUNCTION LINE ORIGINAL REPLACEMENT
 *
 * Code that the stage BEFORE has, too, is left out: its own suite tests that.
 * Status 0, or 2 for wrong use.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutations.h"

static void die(const char *what, const char *name)
{
    fprintf(stderr, "mutate: %s%s\n", what, name);
    exit(2);
}

static char *path_of(const char *dir, const char *file)
{
    size_t n = strlen(dir) + strlen(file) + 2;
    char *path = need(malloc(n));

    snprintf(path, n, "%s/%s", dir, file);
    return path;
}

/* ---- the files of a stage, by name ---- */

struct files {
    char **names;
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct files files_of(const char *dir)
{
    struct files f = {0};
    struct dirent *e;
    DIR *d = opendir(dir);

    if (!d)
        die("there is no directory ", dir);
    while ((e = readdir(d))) {
        size_t n = strlen(e->d_name);
        if (n < 3 || e->d_name[n - 2] != '.' || !strchr("ch", e->d_name[n - 1]))
            continue;
        f.names = need(realloc(f.names, (f.n + 1) * sizeof f.names[0]));
        f.names[f.n] = need(malloc(n + 1));
        memcpy(f.names[f.n++], e->d_name, n + 1);
    }
    closedir(d);
    if (f.n > 0)
        qsort(f.names, f.n, sizeof f.names[0], by_name);
    return f;
}

/* ---- their mutations ---- */

struct found {
    const char *file;
    const struct source *source;
    struct mutation mutation;
    size_t number;
};

struct all {
    struct found *list;
    size_t n;
};

static void collect(struct all *all, const char *file, const char *stage,
                    const char *before)
{
    struct source *s = need(malloc(sizeof *s));
    struct source old;
    struct mutations m;
    struct mutations had = {0};

    if (!source_read(s, path_of(stage, file)))
        die("cannot read ", file);
    mutations_find(&m, s);
    if (before && source_read(&old, path_of(before, file)))
        mutations_find(&had, &old);
    for (size_t i = 0; i < m.n; i++) {
        if (mutations_have(&had, &m.list[i]))
            continue;
        all->list =
            need(realloc(all->list, (all->n + 1) * sizeof all->list[0]));
        all->list[all->n] = (struct found){
            .file = file, .source = s, .mutation = m.list[i], .number = all->n};
        all->n++;
    }
}

static void shuffle(struct all *all, uint64_t seed)
{
    uint64_t state = (seed + 1) * 0x9E3779B97F4A7C15u;

    for (size_t i = all->n; i > 1; i--) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        size_t other = (size_t)((state >> 11) % i);
        struct found f = all->list[i - 1];
        all->list[i - 1] = all->list[other];
        all->list[other] = f;
    }
}

static void list(const struct all *all)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct found *f = &all->list[i];
        const struct mutation *m = &f->mutation;
        printf("%zu\t%s\t%s\t%d\t%s\t%s\n", f->number, f->file, m->function,
               m->line, m->original, m->replacement);
    }
}

static void apply(const struct all *all, size_t number)
{
    if (number >= all->n)
        die("there are not so many mutations", "");

    const struct source *s = all->list[number].source;
    const struct mutation *m = &all->list[number].mutation;
    fwrite(s->text, 1, m->at, stdout);
    fputs(m->text, stdout);
    fputs(s->text + m->at + m->len, stdout);
}

int main(int argc, char **argv)
{
    struct all all = {0};
    bool plain = argc > 1 && strcmp(argv[1], "list") == 0;
    int at = plain ? 2 : 3;

    if (argc <= at || argc > at + 2)
        die("list STAGE [BEFORE] | shuffle SEED ... | apply NUMBER ...", "");

    struct files f = files_of(argv[at]);
    for (size_t i = 0; i < f.n; i++)
        collect(&all, f.names[i], argv[at], argv[at + 1]);
    if (plain) {
        list(&all);
    } else if (strcmp(argv[1], "shuffle") == 0) {
        shuffle(&all, strtoull(argv[2], NULL, 10));
        list(&all);
    } else if (strcmp(argv[1], "apply") == 0) {
        apply(&all, (size_t)strtoull(argv[2], NULL, 10));
    } else {
        die("no such command: ", argv[1]);
    }
    return 0;
}
