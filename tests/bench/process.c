/*
 * CPU time comes from the clock of the process: utime and stime in
 * /proc/PID/stat count the same in ticks of 10 ms, and a turn of 300 ms has
 * only thirty of them. Ticks are good enough for the kernel's share.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

uint64_t process_cpu_ns(pid_t pid)
{
    clockid_t clock;
    struct timespec t;

    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) < 0)
        die("there is no process %ld to look at", (long)pid);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int open_of(pid_t pid, const char *name)
{
    char path[64];
    int fd;

    snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
    fd = open(path, O_RDONLY);
    if (fd < 0)
        die_errno(path);
    return fd;
}

/* Reads the file from its start, even if it was read before. */
static void read_text(int fd, char *text, size_t size)
{
    ssize_t n = pread(fd, text, size - 1, 0);

    if (n < 0)
        die_errno("reading from /proc");
    text[n] = '\0';
}

/* Sets text to what /proc/PID/stat has behind the name, which may have blanks.
 * Returns where this begins: a blank, the state, a blank, numbers. */
static const char *read_stat(pid_t pid, char *text, size_t size)
{
    char *end;
    int fd = open_of(pid, "stat");

    read_text(fd, text, size);
    close(fd);
    end = strrchr(text, ')');
    if (!end || strlen(end) < 4)
        die("/proc/%ld/stat is not as expected", (long)pid);
    return end + 1;
}

struct process_ticks process_ticks(pid_t pid)
{
    char text[1024];
    struct process_ticks ticks = {0, 0};
    unsigned long long user, system;

    if (sscanf(read_stat(pid, text, sizeof(text)),
               " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu %llu",
               &user, &system) == 2) {
        ticks.user = user;
        ticks.system = system;
    }
    return ticks;
}

char process_state(pid_t pid)
{
    char text[1024];

    return read_stat(pid, text, sizeof(text))[1];
}

uint64_t process_rss(pid_t pid)
{
    char text[256];
    unsigned long long pages = 0;
    int fd = open_of(pid, "statm");

    read_text(fd, text, sizeof(text));
    close(fd);
    if (sscanf(text, "%*s %llu", &pages) != 1)
        die("/proc/%ld/statm is not as expected", (long)pid);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

int schedule_open(pid_t pid)
{
    return open_of(pid, "schedstat");
}

uint64_t schedule_waiting_ns(int fd)
{
    char text[128];
    char *end;

    read_text(fd, text, sizeof(text)); /* running, waiting, turns */
    strtoull(text, &end, 10);
    return strtoull(end, NULL, 10);
}

int sleep_open(pid_t pid)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%ld/wchan", (long)pid);
    return open(path, O_RDONLY);
}

int poller_has_nothing(int fd)
{
    char function[64];
    ssize_t n = fd < 0 ? 0 : pread(fd, function, sizeof(function) - 1, 0);

    function[n > 0 ? n : 0] = '\0'; /* of the kernel: ep_poll, do_select */
    return strstr(function, "poll") || strstr(function, "select");
}
