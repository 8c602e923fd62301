/*
 * Except for the clock, nothing here is called while something is measured. So
 * it is written to fail early and clearly, not to be fast.
 */
#define _GNU_SOURCE /* for SCHED_IDLE */
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int patience_ms = 10 * 1000;

static const char *program = "bench";

void set_program(const char *name)
{
    program = name;
}

void die(const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s: ", program);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void die_errno(const char *what)
{
    die("%s: %s", what, strerror(errno));
}

uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t wall_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t number_of(const char *what, const char *text, uint64_t least,
                   uint64_t most)
{
    char *end;
    unsigned long long n;

    errno = 0;
    n = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || n < least || n > most) {
        fprintf(stderr, "%s: %s is a number from %llu to %llu, not '%s'\n",
                program, what, (unsigned long long)least,
                (unsigned long long)most, text);
        exit(2);
    }
    return n;
}

void *must_alloc(size_t n)
{
    void *p = calloc(1, n ? n : 1);

    if (!p)
        die_errno("calloc");
    return p;
}

void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void give_way(void)
{
#ifdef SCHED_IDLE
    struct sched_param none = {.sched_priority = 0};

    sched_setscheduler(0, SCHED_IDLE | SCHED_RESET_ON_FORK, &none);
#endif
}

int connect_to(int port)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        die_errno("socket");
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
        die_errno("fcntl");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 &&
        errno != EINPROGRESS)
        die_errno("connect");
    return fd;
}

void die_of_silence(void)
{
    die("the server said nothing for %d ms", patience_ms);
}

void await(int fd, int write)
{
    struct pollfd p = {.fd = fd, .events = write ? POLLOUT : POLLIN};
    int n;

    while ((n = poll(&p, 1, patience_ms)) < 0 && errno == EINTR) {
    }
    if (n <= 0)
        die_of_silence();
}

void finish_connecting(int fd)
{
    int error = 0;
    socklen_t size = sizeof(error);

    await(fd, 1);
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error) {
        errno = error ? error : errno;
        die_errno("connect");
    }
}

void send_all(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t some = send(fd, data, n, MSG_NOSIGNAL);
        if (some >= 0) {
            data += some;
            n -= (size_t)some;
        } else if (errno == EAGAIN || errno == EINPROGRESS) {
            await(fd, 1);
        } else if (errno != EINTR) {
            die_errno("send");
        }
    }
}
