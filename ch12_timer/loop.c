/*
 * A turn waits in poll(), and then serves one ready connection after another:
 * read, answer, write. The array for poll() is written anew in every turn, from
 * what conn_settle() has found that each connection waits for.
 */
#include "loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "conn.h"
#include "idle.h"
#include "mem.h"
#include "request.h"

/* Places in the array for poll(). The connections come last. */
enum { POLL_LISTENER, POLL_STOP, POLL_CONNS };

enum { ACCEPT_RETRY_MS = 100 };

int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* Answers the complete requests of c, for as long as its output has room. */
static void answer_requests(struct server *s, struct conn *c)
{
    struct request req = {0};
    ssize_t used = 0;

    while (buf_size(&c->out) < CONN_MAX_OUT) {
        used = request_parse(&req, buf_data(&c->in), buf_size(&c->in));
        if (used <= 0)
            break;
        struct call call = {
            .args = req.args,
            .nargs = req.nargs,
            .server = s,
            .ks = &s->ks,
            .reply = {.out = &c->out},
        };
        command_run(&call);
        buf_consume(&c->in, (size_t)used);
    }
    request_free(&req);
    c->stalled = buf_size(&c->out) >= CONN_MAX_OUT;
    if (used < 0) {
        fprintf(stderr, "%s\n", request_strerror(used));
        conn_refuse(c);
    }
}

/* Takes over an accepted socket. */
static void add_conn(struct server *s, int fd, const struct sockaddr_in *addr)
{
    char ip[INET_ADDRSTRLEN] = "?";
    int yes = 1;

    if (set_nonblocking(fd) < 0) {
        close(fd);
        return;
    }
    /* A reply is written in one piece: there is nothing to wait for. Failing
     * to say so costs time only. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);

    size_t slots = s->conns_cap;
    if ((size_t)fd >= slots) {
        s->conns_cap = ((size_t)fd + 1) * 2;
        s->conns = mem_resize(s->conns, s->conns_cap * sizeof s->conns[0]);
        while (slots < s->conns_cap)
            s->conns[slots++] = NULL;
    }
    s->conns[fd] = conn_new(fd);
    idle_touch(&s->idle, s->conns[fd], s->now_ms);

    inet_ntop(AF_INET, &addr->sin_addr, ip, sizeof ip);
    fprintf(stderr, "new client from %s:%u\n", ip,
            (unsigned)ntohs(addr->sin_port));
}

/* Accepts all connections that wait. When it fails for want of descriptors
 * or memory, those connections keep waiting and poll() would report them at
 * once, again and again. So the listener is left alone for a while. (A spare
 * descriptor, to accept and hang up with, would turn them away. This way they
 * are served as soon as another client has left.) */
static void accept_all(struct server *s)
{
    struct sockaddr_in addr;
    socklen_t len = sizeof addr;
    int fd;

    while ((fd = accept(s->listener, (struct sockaddr *)&addr, &len)) >= 0) {
        s->accept_failed = false;
        add_conn(s, fd, &addr);
        len = sizeof addr;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        s->accept_failed = false;
    else if (errno != EINTR && errno != ECONNABORTED) {
        if (!s->accept_failed)
            fprintf(stderr, "[errno:%d] accept() error\n", errno);
        s->accept_failed = true;
    }
}

static void close_conn(struct server *s, struct conn *c)
{
    s->conns[c->fd] = NULL;
    conn_free(c);
}

/* Does for c all that is possible, after poll() has reported it. */
static void serve(struct server *s, struct conn *c, short events)
{
    /* A refused client that goes on sending does not prolong its stay. */
    if (!c->refused)
        idle_touch(&s->idle, c, s->now_ms);
    if (events & (POLLIN | POLLERR | POLLHUP))
        conn_fill(c); /* read() also tells what the error was */
    answer_requests(s, c);
    conn_flush(c);
    conn_settle(c);
    if (c->want_close)
        close_conn(s, c);
}

/* Writes down what to wait for. Returns how many descriptors that is.
 * LIMIT: this and poll() itself look at every connection in every turn, also
 * at the thousands that are idle. */
static size_t fill_polls(struct server *s)
{
    size_t n = POLL_CONNS;

    s->polls =
        mem_resize(s->polls, (POLL_CONNS + s->conns_cap) * sizeof s->polls[0]);
    s->polls[POLL_LISTENER] = (struct pollfd){
        .fd = s->accept_failed ? -1 : s->listener, /* -1: ignored */
        .events = POLLIN,
    };
    s->polls[POLL_STOP] = (struct pollfd){
        .fd = s->stop_pipe[0],
        .events = POLLIN,
    };
    for (size_t i = 0; i < s->conns_cap; i++) {
        const struct conn *c = s->conns[i];
        if (!c)
            continue;
        s->polls[n++] = (struct pollfd){
            .fd = c->fd,
            .events = (short)((c->want_read ? POLLIN : 0) |
                              (c->want_write ? POLLOUT : 0)),
        };
    }
    return n;
}

/* How long poll() may wait: until the first timer, or -1: forever. The time
 * is the one at which the last turn began, so that the clock is read once a
 * turn; what that turn took is how late a timer may be. */
static int next_timer_ms(const struct server *s)
{
    const struct conn *oldest = idle_first(&s->idle);
    uint64_t deadline = UINT64_MAX;

    if (oldest)
        deadline = idle_deadline(oldest);
    if (s->accept_failed && deadline > s->now_ms + ACCEPT_RETRY_MS)
        deadline = s->now_ms + ACCEPT_RETRY_MS;

    if (deadline == UINT64_MAX)
        return -1;
    if (deadline <= s->now_ms)
        return 0;
    uint64_t left = deadline - s->now_ms;
    return left < INT_MAX ? (int)left : INT_MAX;
}

/* Runs all timers that are due. */
static void run_timers(struct server *s)
{
    struct conn *c;

    while ((c = idle_first(&s->idle)) && idle_deadline(c) <= s->now_ms) {
        fprintf(stderr, "removing idle connection: %d\n", c->fd);
        close_conn(s, c);
    }
}

int loop_turn(struct server *s)
{
    size_t n = fill_polls(s);

    if (poll(s->polls, (nfds_t)n, next_timer_ms(s)) < 0)
        return errno == EINTR ? 1 : -1;
    s->now_ms = clock_now_ms();
    for (size_t i = POLL_CONNS; i < n; i++) {
        const struct pollfd *p = &s->polls[i];
        if (p->revents)
            serve(s, s->conns[p->fd], p->revents);
    }
    if (s->polls[POLL_LISTENER].revents || s->accept_failed)
        accept_all(s);
    run_timers(s);
    return s->polls[POLL_STOP].revents ? 0 : 1;
}

void loop_release(struct server *s)
{
    for (size_t i = 0; i < s->conns_cap; i++) {
        if (s->conns[i])
            close_conn(s, s->conns[i]);
    }
    free(s->conns);
    free(s->polls);
    keyspace_clear(&s->ks);
    close(s->listener);
}
