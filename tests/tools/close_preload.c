/*
 * close_preload: a library that LD_PRELOAD puts before the C library. Closing a
 * connected socket takes 5 ms, as it may on a busy system. So a test can see
 * whether a server closes many of them at once.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>
#include <time.h>

int close(int fd)
{
    static int (*real)(int);
    const struct timespec pause = {.tv_nsec = 5000000};
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;

    if (!real) /* the cast that C forbids, done by hand */
        *(void **)&real = dlsym(RTLD_NEXT, "close");
    if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0)
        nanosleep(&pause, 0);
    return real(fd);
}
