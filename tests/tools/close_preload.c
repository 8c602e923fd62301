/*
 * close_preload: a library that LD_PRELOAD puts before the C library. A socket
 * that is connected takes 5 ms to close, as it may on a system that is busy. So
 * a server that closes many of them at once is seen to do so.
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
