/*
 * rare_preload: a library that LD_PRELOAD puts before the C library, for what
 * happens on other systems, or hardly ever.
 *
 *  - A full table: accept() looks for a connection first, and only then for a
 *    free descriptor. If no connection waits it says EAGAIN, even without one.
 *
 *  - A stray event: the first epoll_wait() reports a descriptor that nobody
 *    asked about.
 *  - A strict timeout: select() treats a million microseconds or more as an
 *    error, not as a second. POSIX allows both.
 *
 *  - The mode of a socket: listen() on a Unix domain socket prints on stderr
 *    which mode its file has.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* *to = the next definition of name; the cast that C forbids, done by hand. */
#define FIND(to, name)                                                         \
    do {                                                                       \
        if (!(to))                                                             \
            *(void **)&(to) = dlsym(RTLD_NEXT, name);                          \
    } while (0)

int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    static int (*real)(int, struct sockaddr *, socklen_t *);
    struct pollfd queue = {.fd = fd, .events = POLLIN};
    FIND(real, "accept");
    if (poll(&queue, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return real(fd, addr, len);
}

int listen(int fd, int most)
{
    static int (*real)(int, int);
    struct sockaddr_un addr = {.sun_family = AF_UNSPEC};
    socklen_t len = sizeof addr;
    struct stat file;
    FIND(real, "listen");
    getsockname(fd, (struct sockaddr *)&addr, &len);
    if (addr.sun_family == AF_UNIX && stat(addr.sun_path, &file) == 0) {
        fprintf(stderr, "listens with mode %o\n", (unsigned)file.st_mode & 0777);
    }
    return real(fd, most);
}

int epoll_wait(int epfd, struct epoll_event *events, int most, int timeout)
{
    static int (*real)(int, struct epoll_event *, int, int);
    static int calls;
    FIND(real, "epoll_wait");
    if (calls++ == 0) {
        events[0] = (struct epoll_event){.events = EPOLLIN, .data.fd = 100000};
        return 1;
    }
    return real(epfd, events, most, timeout);
}

int select(int end, fd_set *to_read, fd_set *to_write, fd_set *others,
           struct timeval *timeout)
{
    static int (*real)(int, fd_set *, fd_set *, fd_set *, struct timeval *);
    FIND(real, "select");
    if (timeout && (timeout->tv_usec < 0 || timeout->tv_usec >= 1000000)) {
        errno = EINVAL;
        return -1;
    }
    return real(end, to_read, to_write, others, timeout);
}
