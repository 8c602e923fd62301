/*
 * short_preload: a library that LD_PRELOAD puts before the C library. It makes
 * happen at once what a server meets once in a thousand hours. On sockets,
 *
 *  - every second read, write, accept or poll fails with EINTR, as if a signal
 *    had come;
 *  - the others move at most 3 bytes.
 *
 * With AGAIN=1 it is another thing that happens: a socket that poll() called
 * ready is not. So every second call on a non-blocking one fails with EAGAIN.
 *
 * Files and terminals are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST = 3 };

/* *to = the next definition of name; the cast that C forbids, done by hand. */
#define FIND(to, name)                                                         \
    do {                                                                       \
        if (!(to))                                                             \
            *(void **)&(to) = dlsym(RTLD_NEXT, name);                          \
    } while (0)

static int is_socket(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int again(void)
{
    return getenv("AGAIN") != NULL;
}

/* True for every second call on a socket, with errno set. */
static int interrupted(int fd)
{
    static unsigned calls;
    if (!is_socket(fd) || (again() && !(fcntl(fd, F_GETFL) & O_NONBLOCK)) ||
        ++calls % 2) {
        return 0;
    }
    errno = again() ? EAGAIN : EINTR;
    return 1;
}

static size_t shorter(size_t len)
{
    return !again() && len > MOST ? MOST : len;
}

static size_t shortened(int fd, size_t len)
{
    return is_socket(fd) ? shorter(len) : len;
}

ssize_t read(int fd, void *data, size_t len)
{
    static ssize_t (*real)(int, void *, size_t);
    FIND(real, "read");
    return interrupted(fd) ? -1 : real(fd, data, shortened(fd, len));
}

ssize_t write(int fd, const void *data, size_t len)
{
    static ssize_t (*real)(int, const void *, size_t);
    FIND(real, "write");
    return interrupted(fd) ? -1 : real(fd, data, shortened(fd, len));
}

ssize_t recv(int fd, void *data, size_t len, int flags)
{
    static ssize_t (*real)(int, void *, size_t, int);
    FIND(real, "recv");
    return interrupted(fd) ? -1 : real(fd, data, shortened(fd, len), flags);
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
    static ssize_t (*real)(int, const void *, size_t, int);
    FIND(real, "send");
    return interrupted(fd) ? -1 : real(fd, data, shortened(fd, len), flags);
}

/* Of several parts, the first that is not empty, and of that a little. */
static struct iovec first_part(const struct iovec *parts, int count)
{
    struct iovec none = {NULL, 0};
    for (int i = 0; i < count; i++) {
        if (parts[i].iov_len > 0) {
            struct iovec part = parts[i];
            part.iov_len = shorter(part.iov_len);
            return part;
        }
    }
    return none;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    static ssize_t (*real)(int, const struct iovec *, int);
    FIND(real, "writev");
    if (!is_socket(fd)) {
        return real(fd, parts, count);
    }
    struct iovec part = first_part(parts, count);
    return interrupted(fd) ? -1 : real(fd, &part, 1);
}

ssize_t readv(int fd, const struct iovec *parts, int count)
{
    static ssize_t (*real)(int, const struct iovec *, int);
    FIND(real, "readv");
    if (!is_socket(fd)) {
        return real(fd, parts, count);
    }
    struct iovec part = first_part(parts, count);
    return interrupted(fd) ? -1 : real(fd, &part, 1);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    static ssize_t (*real)(int, const struct msghdr *, int);
    FIND(real, "sendmsg");
    struct msghdr small = *message;
    struct iovec part = first_part(message->msg_iov, (int)message->msg_iovlen);
    small.msg_iov = &part;
    small.msg_iovlen = 1;
    return interrupted(fd) ? -1 : real(fd, &small, flags);
}

int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    static int (*real)(int, struct sockaddr *, socklen_t *);
    FIND(real, "accept");
    return interrupted(fd) ? -1 : real(fd, addr, len);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    static int (*real)(struct pollfd *, nfds_t, int);
    static unsigned calls;
    FIND(real, "poll");
    if (!again() && ++calls % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return real(fds, count, timeout);
}
