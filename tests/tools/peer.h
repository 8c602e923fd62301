/*
 * peer.h: one end of a TCP connection, under the control of a script.
 *
 * The socket is non-blocking. Every wait has a deadline, which starts again
 * whenever a byte moves ("no progress for idle_ms").
 *
 * While it sends, peer_send() also reads, so two talkative ends cannot block
 * each other; unless reading is off (a client that never reads).
 *
 * If the other end closes or resets the connection while we send, that is not
 * an error here. It is remembered, and the next expectation checks it.
 */
#ifndef PEER_H
#define PEER_H

#include "bytes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum peer_end { OPEN, ENDED, RESET };

struct peer {
    char name[32];
    int fd;
    bool reading;           /* read while sending */
    enum peer_end end;      /* how the other end finished, if it did */
    int64_t ended_ms;       /* when that was noticed */
    struct bytes in;        /* received; consumed up to in_pos */
    size_t in_pos;
    struct bytes out;       /* to be sent; gone up to out_pos */
    size_t out_pos;
    bool last;              /* shut down the sending side when all is gone */
    struct tape sent;
    struct tape got;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void pause_ms(size_t ms)
{
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    while (nanosleep(&t, &t) < 0 && errno == EINTR) {
    }
}

static size_t peer_unread(const struct peer *p)
{
    return p->in.len - p->in_pos;
}

static const unsigned char *peer_data(const struct peer *p)
{
    return p->in.at + p->in_pos;
}

static void peer_consume(struct peer *p, size_t len)
{
    p->in_pos += len;
    if (p->in_pos == p->in.len) {
        p->in.len = p->in_pos = 0;
    }
}

/* One read() of what is there. */
static bool peer_read_some(struct peer *p)
{
    if (p->in_pos > (1 << 20) && p->in_pos > p->in.len / 2) {
        memmove(p->in.at, p->in.at + p->in_pos, p->in.len - p->in_pos);
        p->in.len -= p->in_pos;
        p->in_pos = 0;
    }
    bytes_reserve(&p->in, 65536);
    ssize_t n = read(p->fd, p->in.at + p->in.len, 65536);
    if (n > 0) {
        tape_add(&p->got, p->in.at + p->in.len, (size_t)n);
        p->in.len += (size_t)n;
    } else if (n == 0) {
        p->end = ENDED;
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        p->end = RESET;
    }
    if (p->end != OPEN) {
        p->ended_ms = now_ms();
    }
    return n >= 0;
}

/* One write() of what is waiting. A broken connection drops the rest. */
static bool peer_write_some(struct peer *p)
{
    ssize_t n = write(p->fd, p->out.at + p->out_pos, p->out.len - p->out_pos);
    if (n > 0) {
        tape_add(&p->sent, p->out.at + p->out_pos, (size_t)n);
        p->out_pos += (size_t)n;
    } else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        p->out_pos = p->out.len;
        if (errno != EPIPE) {
            p->end = RESET;
            p->ended_ms = now_ms();
        }
    }
    if (p->out_pos == p->out.len) {
        p->out.len = p->out_pos = 0;
        if (p->last) {
            shutdown(p->fd, SHUT_WR);
        }
    }
    return n > 0;
}

/*
 * Waits until a byte moves, or until the deadline. False if the deadline has
 * passed, or if nothing can move any more.
 */
static bool peer_step(struct peer *p, bool read_too, int64_t deadline)
{
    bool writing = p->out.len > 0;
    bool reading = read_too && p->end == OPEN;
    for (;;) {
        if (!writing && !reading) {
            return false;
        }
        struct pollfd one = {p->fd, 0, 0};
        one.events = (short)((writing ? POLLOUT : 0) | (reading ? POLLIN : 0));
        int64_t left = deadline - now_ms();
        int ready = poll(&one, 1, left > 0 ? (int)left : 0);
        if (ready == 0) {
            return false;
        }
        if (ready < 0) {
            continue;
        }
        bool moved = false;
        if (reading && (one.revents & (POLLIN | POLLHUP | POLLERR))) {
            moved = peer_read_some(p) || p->end != OPEN;
        }
        if (writing && (one.revents & (POLLOUT | POLLHUP | POLLERR))) {
            moved = peer_write_some(p) || p->out.len == 0 || moved;
        }
        if (moved) {
            return true;
        }
    }
}

/* Sends what is waiting; false when no byte moved for idle_ms. */
static bool peer_flush(struct peer *p, size_t idle_ms)
{
    while (p->out.len > 0) {
        if (!peer_step(p, p->reading, now_ms() + (int64_t)idle_ms)) {
            return false;
        }
    }
    return true;
}

/* Waits for len unread bytes; false at the end of the connection or idle_ms. */
static bool peer_need(struct peer *p, size_t len, size_t idle_ms)
{
    while (peer_unread(p) < len) {
        if (!peer_step(p, true, now_ms() + (int64_t)idle_ms)) {
            return false;
        }
    }
    return true;
}

/* Waits ms for anything: a byte or the end. */
static bool peer_hears(struct peer *p, size_t ms)
{
    int64_t deadline = now_ms() + (int64_t)ms;
    while (peer_unread(p) == 0 && p->end == OPEN) {
        if (!peer_step(p, true, deadline)) {
            return false;
        }
    }
    return true;
}

static struct sockaddr_in address_of(const char *text, uint16_t port)
{
    struct sockaddr_in addr;
    memset(&addr, 0, sizeof addr);
    addr.sin_family = AF_INET;
    addr.sin_port = htons(port);
    if (inet_pton(AF_INET, text, &addr.sin_addr) != 1) {
        wrong("not an IPv4 address: %s", text);
    }
    return addr;
}

static void make_ready(int fd)
{
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
}

/* A connected socket, or -1 with errno. rcvbuf 0 leaves the system's size. */
static int connect_to(const char *address, uint16_t port, int rcvbuf, size_t idle_ms)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) {
        return -1;
    }
    if (rcvbuf) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
    }
    make_ready(fd);
    struct sockaddr_in addr = address_of(address, port);
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0) {
        struct pollfd one = {fd, POLLOUT, 0};
        int error = errno;
        if (error == EINPROGRESS || error == EINTR) {
            socklen_t len = sizeof error;
            if (poll(&one, 1, (int)idle_ms) <= 0) {
                error = ETIMEDOUT;
            } else {
                getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
            }
        }
        if (error) {
            close(fd);
            errno = error;
            return -1;
        }
    }
    return fd;
}

/* A listening socket on the loopback address, or -1; *port becomes the real one. */
static int listen_at(uint16_t *port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    struct sockaddr_in addr = address_of("127.0.0.1", *port);
    socklen_t len = sizeof addr;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 ||
        listen(fd, 128) < 0 || getsockname(fd, (struct sockaddr *)&addr, &len) < 0) {
        return -1;
    }
    *port = ntohs(addr.sin_port);
    return fd;
}

/* The next client, or -1 when none came in time. */
static int accept_within(int listener, size_t idle_ms)
{
    struct pollfd one = {listener, POLLIN, 0};
    if (poll(&one, 1, (int)idle_ms) <= 0) {
        errno = ETIMEDOUT;
        return -1;
    }
    int fd = accept(listener, NULL, NULL);
    if (fd >= 0) {
        make_ready(fd);
    }
    return fd;
}

/* A close that sends RST: the other end's next read fails with ECONNRESET. */
static void reset_now(int fd)
{
    struct linger at_once = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
}

#endif
