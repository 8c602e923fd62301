/*
 * line_preload: a library that LD_PRELOAD puts before the C library. With it a
 * server pays for two things in one test each, and not in all:
 *
 *  - Its stdout is line-buffered, so that the tests can read its log while it
 *    runs. Otherwise a log written with printf() would stay in the process.
 *  - Its sockets have SO_REUSEADDR, so that the next test can have the port.
 *    STRICT_BIND=1 leaves that to the server.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

__attribute__((constructor)) static void buffer_lines(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    int (*real)(int, const struct sockaddr *, socklen_t);
    int yes = 1;

    *(void **)&real = dlsym(RTLD_NEXT, "bind");
    if (!getenv("STRICT_BIND"))
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    return real(fd, addr, len);
}
