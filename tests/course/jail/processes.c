/*
 * processes.c: what a program has started, found in /proc: how much memory
 * all of it uses, and ending it where no namespace does.
 */
#define _GNU_SOURCE
#include "jail.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_PROCESSES = 4096 };

struct process {
    pid_t pid, parent;
    bool ours;
};

/* The parent of a process, from /proc/PID/stat; 0 when it has gone. */
static pid_t parent_of(pid_t pid)
{
    char path[64], text[512], *p;
    int parent = 0;
    size_t n;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f) {
        return 0;
    }
    n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    p = strrchr(text, ')'); /* the name before it may hold anything */
    if (!p || sscanf(p + 1, " %*c %d", &parent) != 1) {
        return 0;
    }
    return parent;
}

static size_t list_all(struct process *all)
{
    size_t n = 0;
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    while (dir && n < MAX_PROCESSES && (entry = readdir(dir)) != NULL) {
        if (isdigit((unsigned char)entry->d_name[0])) {
            all[n].pid = (pid_t)strtol(entry->d_name, NULL, 10);
            all[n].ours = false;
            n++;
        }
    }
    if (dir) {
        closedir(dir);
    }
    return n;
}

/* Marks our descendants: children first, then theirs, until none is new. */
static void mark_ours(struct process *all, size_t n)
{
    bool found = true;
    for (size_t i = 0; i < n; i++) {
        all[i].parent = parent_of(all[i].pid);
        all[i].ours = all[i].parent == getpid();
    }
    while (found) {
        found = false;
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < n && !all[i].ours; k++) {
                if (all[k].ours && all[k].pid == all[i].parent) {
                    all[i].ours = found = true;
                }
            }
        }
    }
}

static size_t list_ours(struct process *all, bool everyone)
{
    size_t n = list_all(all), kept = 0;
    if (!everyone) {
        mark_ours(all, n);
    }
    for (size_t i = 0; i < n; i++) {
        if (everyone ? all[i].pid != getpid() : all[i].ours) {
            all[kept++] = all[i];
        }
    }
    return kept;
}

/* KiB of its own or shared with others, without what is only read in. */
static long kib_of(pid_t pid)
{
    char path[64], line[256];
    long sum = 0, kib;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f)) {
        if (sscanf(line, "RssAnon: %ld", &kib) == 1 ||
            sscanf(line, "RssShmem: %ld", &kib) == 1) {
            sum += kib;
        }
    }
    if (f) {
        fclose(f);
    }
    return sum;
}

long memory_used(bool everyone)
{
    static struct process all[MAX_PROCESSES];
    size_t n = list_ours(all, everyone);
    long kib = 0;
    for (size_t i = 0; i < n; i++) {
        kib += kib_of(all[i].pid);
    }
    return kib / 1024;
}

/*
 * Where we are a subreaper, the orphans become our children: kill and reap
 * until there is none. Elsewhere only those of its process group end, which
 * the caller has killed.
 */
void kill_descendants(void)
{
    static struct process all[MAX_PROCESSES];
    for (int round = 0; round < 1000; round++) {
        size_t n = list_ours(all, false);
        for (size_t i = 0; i < n; i++) {
            kill(all[i].pid, SIGKILL);
        }
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        if (n == 0) {
            return;
        }
        usleep(1000);
    }
}
