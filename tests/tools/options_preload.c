/*
 * options_preload: a library that LD_PRELOAD puts before the C library. It says
 * on stderr when TCP_NODELAY is set, which nobody sees from outside.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    static int (*real)(int, int, int, const void *, socklen_t);

    if (!real) /* the cast that C forbids, done by hand */
        *(void **)&real = dlsym(RTLD_NEXT, "setsockopt");
    if (level == IPPROTO_TCP && option == TCP_NODELAY &&
        len == sizeof(int) && *(const int *)value != 0)
        fprintf(stderr, "TCP_NODELAY is set\n");
    return real(fd, level, option, value, len);
}
