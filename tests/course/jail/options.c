/*
 * options.c: what a jail is told, on the command line or by the file .jail.
 */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#define __BSD_VISIBLE 1
#include "jail.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static bool add(const char **list, int *n, const char *path)
{
    if (*n == MAX_PATHS) {
        return false;
    }
    list[(*n)++] = path;
    return true;
}

static bool set_option(struct jail *j, int letter, const char *value)
{
    long number = value ? strtol(value, NULL, 10) : 0;
    switch (letter) {
    case 'o': j->outer = true; return true;
    case 'N': j->free = true; return true;
    case 'P': j->probe = true; return true;
    case 'w': j->home = value; return true;
    case 'a': j->at = value; return true;
    case 's': j->start = value; return true;
    case 'r': return add(j->seen, &j->nseen, value);
    case 'x': return add(j->hidden, &j->nhidden, value);
    case 'e': j->shared = value; return true;
    case 'u': j->uid = number; return true;
    case 't': j->seconds = number; return true;
    case 'c': j->cpu = number; return true;
    case 'm': j->memory = number; return true;
    case 'f': j->file = number; return true;
    case 'd': j->temporary = number; return true;
    case 'k': j->disk = number; return true;
    case 'p': j->processes = number; return true;
    default: return false;
    }
}

/* The options of path/.jail, for path/server: lines such as "-m 512". */
static bool read_options(struct jail *j, const char *name, int length)
{
    char path[4096], line[4096];
    snprintf(path, sizeof path, "%.*s.jail", length, name);
    FILE *f = fopen(path, "r");
    bool fine = f != NULL;
    while (fine && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        const char *value = strlen(line) > 3 ? strdup(line + 3) : NULL;
        fine = line[0] == '-' && set_option(j, line[1], value);
    }
    if (f) {
        fclose(f);
    }
    return fine && j->home;
}

/* What the tests have in their environment is not for it. */
static void clean_environment(void)
{
    for (char **v = environ; *v;) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*v, "="), *v);
        if (strncmp(name, "BATS_", 5) != 0 || unsetenv(name) != 0) {
            v++;
        }
    }
    setenv("TMPDIR", "/tmp", 1);
}

/* The directory that the test shares with it; are we there? */
static void find_shared(struct jail *j)
{
    struct stat here, there;
    j->shared = getenv("JAIL_SHARES");
    j->from_shared = j->shared && stat(".", &here) == 0 &&
                     stat(j->shared, &there) == 0 &&
                     here.st_dev == there.st_dev && here.st_ino == there.st_ino;
    j->shared = j->shared ? strdup(j->shared) : NULL;
    unsetenv("JAIL_SHARES");
}

/* We are path/server: the program is the one of that name in its copy. */
static bool by_name(struct jail *j, char **argv)
{
    static char program[4096];
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash ? slash + 1 : argv[0];
    const char *file = getenv("JAIL_TELLS");
    if (!read_options(j, argv[0], (int)(name - argv[0]))) {
        return false;
    }
    if (file) {
        j->told = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        unsetenv("JAIL_TELLS");
    }
    find_shared(j);
    clean_environment();
    if (strcmp(name, ".inside") == 0) {
        argv++;
    } else {
        snprintf(program, sizeof program, "%s/%s/%s", j->free ? j->home : j->at,
                 j->start ? j->start : ".", name);
        j->file_name = program;
    }
    j->argv = argv;
    return argv[0] != NULL;
}

bool read_arguments(struct jail *j, int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    int letter;
    if (strcmp(slash ? slash + 1 : argv[0], "jail") != 0) {
        return by_name(j, argv);
    }
    const char *letters = "+oNPw:a:s:r:x:e:u:t:c:m:f:d:k:p:";
    while ((letter = getopt(argc, argv, letters)) != -1) {
        if (!set_option(j, letter, optarg)) {
            return false;
        }
    }
    if (!j->at) {
        j->at = j->home;
    }
    j->argv = argv + optind;
    return j->probe || (optind < argc && (j->outer || j->home));
}
