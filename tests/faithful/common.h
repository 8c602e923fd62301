// Shared by the faithful programs: what somebody has who typed in the book's
// chapters to the letter. They exist to keep the tests honest: every core test
// must pass on each of them.
//
//     GROUP=core DIR=tests/faithful/ch07 tests/run ch07
//
// So their flaws stay: abort() when set-up fails, port 1234 whatever PORT says,
// no signal handling, one accept a turn, output without bound, exit status 0
// whatever happened. The only liberty is the address: loopback, since a test
// must not listen to the network.
#ifndef FAITHFUL_COMMON_H
#define FAITHFUL_COMMON_H

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static inline void die(const char *what)
{
    fprintf(stderr, "[%d] %s\n", errno, what);
    abort();
}

static inline struct sockaddr_in the_address()
{
    struct sockaddr_in addr = {};
    addr.sin_family = AF_INET;
    addr.sin_port = htons(1234);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return addr;
}

static inline int listen_socket()
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        die("socket()");
    int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in addr = the_address();
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr))
        die("bind()");
    if (listen(fd, SOMAXCONN))
        die("listen()");
    return fd;
}

static inline int connected_socket()
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        die("socket()");
    struct sockaddr_in addr = the_address();
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr))
        die("connect");
    return fd;
}

// 0, or -1 on an error, EOF, or (a flaw) a signal.
static inline int read_full(int fd, void *buf, size_t n)
{
    for (char *p = (char *)buf; n > 0;) {
        ssize_t got = read(fd, p, n);
        if (got <= 0)
            return -1;
        assert((size_t)got <= n);
        n -= (size_t)got;
        p += got;
    }
    return 0;
}

static inline int write_all(int fd, const void *buf, size_t n)
{
    for (const char *p = (const char *)buf; n > 0;) {
        ssize_t put = write(fd, p, n);
        if (put <= 0)
            return -1;
        assert((size_t)put <= n);
        n -= (size_t)put;
        p += put;
    }
    return 0;
}

// Why a read_full failed, on stderr. The caller has set errno to 0 before it.
static inline void report_read()
{
    fprintf(stderr, "%s\n", errno == 0 ? "EOF" : "read() error");
}

#endif
