/*
 * Thin wrappers: each asks the system what is set, and changes only what has to
 * change. A limit that cannot be raised is logged and lived with.
 */
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MOST_RESERVED = 64 * 1024 };
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { NOT_CLIENTS = 32 }; /* listeners, the poller, the log, the pipe ... */

int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void descriptors_reserve(int fd)
{
    struct rlimit limit;
    int last = MOST_RESERVED - 1;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    if (limit.rlim_cur < MOST_RESERVED)
        last = (int)limit.rlim_cur - 1;
    int highest = fcntl(fd, F_DUPFD, last);
    if (highest >= 0)
        close(highest);
}

void descriptors_allow(size_t clients)
{
    rlim_t wanted = (rlim_t)clients + NOT_CLIENTS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        fprintf(stderr, "server: setrlimit: %s\n", strerror(errno));
}
