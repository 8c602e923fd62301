/*
 * namespaces.c: leaves the namespaces that we were started in for new ones.
 * In the new user namespace all users keep their numbers, if root asks, else
 * there is only the one who asks; in it he may do what world.c does.
 */
#define _GNU_SOURCE
#include "jail.h"

#ifndef __linux__
bool unshare_all(const struct jail *j)
{
    return (void)j, false;
}
#else
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_file(pid_t pid, const char *name, const char *text)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool all = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    return all;
}

/* The map that leaves every number as it is here; text has size bytes. */
static void same_map(const char *name, char *text, size_t size)
{
    unsigned long inside, outside, count;
    size_t used = 0;
    FILE *f = fopen(name, "r");
    text[0] = '\0';
    while (f && fscanf(f, "%lu %lu %lu", &inside, &outside, &count) == 3 &&
           used + 64 < size) {
        used += (size_t)snprintf(text + used, size - used, "%lu %lu %lu\n",
                                 inside, inside, count);
    }
    if (f) {
        fclose(f);
    }
}

/* All users, which only root may do, or ourselves. */
static bool map_users(pid_t pid, uid_t uid, gid_t gid)
{
    char users[4096], groups[4096];
    same_map("/proc/self/uid_map", users, sizeof users);
    same_map("/proc/self/gid_map", groups, sizeof groups);
    if (write_file(pid, "uid_map", users)) {
        return write_file(pid, "gid_map", groups);
    }
    snprintf(users, sizeof users, "%lu %lu 1\n", (unsigned long)uid,
             (unsigned long)uid);
    snprintf(groups, sizeof groups, "%lu %lu 1\n", (unsigned long)gid,
             (unsigned long)gid);
    return write_file(pid, "uid_map", users) &&
           write_file(pid, "setgroups", "deny") &&
           write_file(pid, "gid_map", groups);
}

/* A child that waits for go's end and then maps our users from outside. */
static pid_t start_mapper(int go[2])
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    pid_t pid = pipe(go) == 0 ? fork() : -1;
    if (pid == 0) {
        char byte;
        close(go[1]);
        ssize_t n = read(go[0], &byte, 1);
        _exit(n == 1 && map_users(getppid(), uid, gid) ? 0 : 1);
    }
    return pid;
}

bool unshare_all(const struct jail *j)
{
    int go[2], status = 1;
    int kinds = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC;
    pid_t mapper = start_mapper(go);
    if (mapper < 0) {
        return false;
    }
    bool done = unshare(j->outer ? kinds | CLONE_NEWNET : kinds) == 0;
    if (done) {
        done = write(go[1], "", 1) == 1;
    }
    close(go[0]);
    close(go[1]);
    while (waitpid(mapper, &status, 0) < 0 && errno == EINTR) {
    }
    return done && status == 0;
}
#endif
