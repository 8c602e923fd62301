#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "blocking.h"
#include "clock.h"
#include "command.h"
#include "conn.h"
#include "container_of.h"
#include "idle.h"
#include "mem.h"
#include "net.h"
#include "protocol.h"
#include "request.h"

enum { ACCEPT_RETRY_MS = 100 };

enum {
    MAX_READY = 256,     /* descriptors that one turn deals with */
    MAX_REQUESTS = 1024, /* of one client that one turn answers */
    MAX_TURN_MS = 20,    /* after which it answers but 16 of each */
    MAX_ACCEPTS = 1000,  /* in one turn */
    DRAIN_MS = 1000,     /* for the last replies, when the server ends */
};

/* Keys removed in one turn because their time is up: a million of them that
 * are due together must not make everybody wait. */
enum { MAX_EXPIRIES = 2000 };

int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* Tells what was wrong, and reads no more from that client. */
static void refuse(struct server *s, struct conn *c, const char *error)
{
    struct reply reply = command_of(s, c).reply;

    fprintf(stderr, "%s\n", error);
    if (c->session.proto != PROTO_BINARY)
        reply_error(&reply, "%s", error);
    conn_refuse(c);
}

/* Nothing is given any more to one who waits and has gone. */
static void forget_gone(struct conn *c)
{
    if (!c->session.wait || !(c->eof || c->want_close))
        return;
    wait_free(&c->session);
    conn_refuse(c);
}

/* Answers the complete requests of c: so many a turn, and for as long as its
 * output has room. */
static void answer_requests(struct server *s, struct conn *c)
{
    size_t left = MAX_REQUESTS;
    const char *error = NULL;
    ssize_t used = 0;

    while (left > 0 && buf_size(&c->out) < CONN_MAX_OUT && !c->session.wait &&
           !c->refused && !c->want_close) {
        used = protocol_parse(s, c, &error);
        if (used <= 0)
            break;
        struct call call = command_of(s, c);
        call.args = c->request.args;
        call.nargs = c->request.nargs;
        command_run(&call);
        buf_consume(&c->in, (size_t)used);
        c->io_moved = IDLE_PROGRESS; /* that was a whole request */
        forget_gone(c);
        wait_serve(s); /* what it has added may be what others wait for */
        if (c->quitting)
            conn_refuse(c);
        if (--left % 16 == 0 && clock_now_ms() > s->now_ms + MAX_TURN_MS)
            left = 0;
    }
    if (used < 0)
        refuse(s, c, error);
    c->stalled =
        (left == 0 || buf_size(&c->out) >= CONN_MAX_OUT) && !c->session.wait;
    if (buf_size(&c->in) == 0)
        request_free(&c->request);
}

/* Says why in the protocol of Redis, which people can read, and hangs up. */
static void reject(struct server *s, int fd, const char *why)
{
    s->nrejected++;
    if (write(fd, why, strlen(why)) < 0)
        fprintf(stderr, "[errno:%d] write() error\n", errno);
    close(fd);
}

/* Takes over an accepted socket. */
static void add_conn(struct server *s, int fd)
{
    int yes = 1;

    if (set_nonblocking(fd) < 0) {
        close(fd);
        return;
    }
    if (s->nconns >= (size_t)s->config.maxclients ||
        s->backend->set(s->poller, fd, 0, POLLER_READ) < 0) {
        reject(s, fd, "-ERR max number of clients reached\r\n");
        return;
    }
    /* A reply is written in one piece: there is nothing to wait for. Failing
     * to say so costs time only. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    /* One that waits for ever may be on a machine that is no more. */
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
#ifdef TCP_KEEPIDLE
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){300}, sizeof(int));
#endif

    size_t slots = s->conns_cap;
    if ((size_t)fd >= slots) {
        s->conns_cap = ((size_t)fd + 1) * 2;
        s->conns = mem_resize(s->conns, s->conns_cap * sizeof s->conns[0]);
        while (slots < s->conns_cap)
            s->conns[slots++] = NULL;
    }
    s->conns[fd] = conn_new(fd);
    s->nconns++;
    s->naccepted++;
    idle_touch(&s->idle, s->conns[fd], s->now_ms);

    struct conn *c = s->conns[fd];
    c->polled = POLLER_READ;
    c->session.id = ++s->last_id;
    c->session.since_ms = s->now_ms;
    c->session.trusted = s->config.requirepass[0] == '\0';
    net_address(fd, true, c->session.addr, sizeof c->session.addr);
    c->quiet = s->config.loglevel[0] == 'w';
    if (!c->quiet)
        fprintf(stderr, "new client from %s\n", c->session.addr);
}

/* Has the poller look at the listeners, or leave them alone. */
static void watch_listeners(struct server *s, bool on)
{
    for (size_t i = 0; i < s->nlisteners; i++)
        s->backend->set(s->poller, s->listeners[i], on ? 0 : POLLER_READ,
                        on ? POLLER_READ : 0);
}

/* Accepts all connections that wait. When it fails for want of descriptors
 * or memory, those connections keep waiting and poll() would report them at
 * once, again and again. So the listener is left alone for a while. (A spare
 * descriptor, to accept and hang up with, would turn them away. This way they
 * are served as soon as another client has left.) */
static void accept_all(struct server *s, int listener)
{
    int left = MAX_ACCEPTS;
    int fd;

    while ((fd = accept(listener, NULL, NULL)) >= 0) {
        add_conn(s, fd);
        if (--left == 0)
            return; /* the others wait for the next turn */
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        if (s->accept_failed)
            watch_listeners(s, true);
        s->accept_failed = false;
    } else if (errno != EINTR && errno != ECONNABORTED) {
        if (!s->accept_failed) {
            fprintf(stderr, "[errno:%d] accept() error\n", errno);
            watch_listeners(s, false);
        }
        s->accept_failed = true;
    }
}

static void close_conn(struct server *s, struct conn *c)
{
    if (c->polled)
        s->backend->set(s->poller, c->fd, c->polled, 0);
    s->conns[c->fd] = NULL;
    s->nconns--;
    session_end(&c->session);
    conn_free(c);
}

/* Is there anything that c waits for? Tells the poller if it has changed. */
static void update_poller(struct server *s, struct conn *c)
{
    int events =
        (c->want_read ? POLLER_READ : 0) | (c->want_write ? POLLER_WRITE : 0);

    if (events == c->polled)
        return;
    if (s->backend->set(s->poller, c->fd, c->polled, events) < 0)
        c->want_close = true;
    c->polled = events;
}

/* Ends c's turn: sends what there is for it, and decides what to wait for. */
static void finish(struct server *s, struct conn *c)
{
    conn_flush(c);
    conn_settle(c);
    idle_watch_io(&s->io, c, s->now_ms);
    if (buf_size(&c->out) > (size_t)s->config.max_output)
        conn_drop(c, "too much output waits for");
    if (c->session.wait && buf_size(&c->in) > (size_t)s->config.max_request)
        conn_drop(c, "too much input waits from");
    if (!c->want_close)
        update_poller(s, c);
    if (c->want_close)
        close_conn(s, c);
}

/* When what began then is overdue, for a limit in seconds; 0: never. */
static uint64_t overdue(uint64_t since_ms, int64_t seconds)
{
    return seconds > 0 ? since_ms + (uint64_t)seconds * 1000 : UINT64_MAX;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How long poll() may wait: until the first timer, or -1 for ever. The time
 * is the one at which the last turn began, so that the clock is read once a
 * turn; what that turn took is how late a timer may be. */
static int next_timer_ms(const struct server *s)
{
    const struct conn *oldest = idle_first(&s->idle);
    const struct conn *slowest = idle_first_io(&s->io);
    uint64_t deadline = wait_deadline(s);

    if (oldest)
        deadline = earlier(deadline, overdue(oldest->last_active_ms,
                                             s->config.timeout));
    if (slowest)
        deadline = earlier(deadline, overdue(slowest->io_since_ms,
                                             s->config.io_timeout));
    for (size_t i = 0; i < SERVER_DBS; i++) {
        const struct heap *expiries = &s->dbs[i].expiries;
        if (expiries->size > 0 && deadline > expiries->items[0].at)
            deadline = expiries->items[0].at;
    }
    if (s->accept_failed && deadline > s->now_ms + ACCEPT_RETRY_MS)
        deadline = s->now_ms + ACCEPT_RETRY_MS;

    if (s->drain_ms > 0)
        deadline = earlier(deadline, s->drain_ms);

    if (deadline == UINT64_MAX)
        return -1;
    if (deadline <= s->now_ms)
        return 0;
    uint64_t left = deadline - s->now_ms;
    return left < INT_MAX ? (int)left : INT_MAX;
}

/* Does what is due now. */
static void run_timers(struct server *s)
{
    struct conn *c;

    while ((c = idle_first(&s->idle)) &&
           overdue(c->last_active_ms, s->config.timeout) <= s->now_ms) {
        if (c->session.wait) { /* it waits for us */
            idle_touch(&s->idle, c, s->now_ms);
            continue;
        }
        fprintf(stderr, "removing idle connection: %d\n", c->fd);
        close_conn(s, c);
    }
    while ((c = idle_first_io(&s->io)) &&
           overdue(c->io_since_ms, s->config.io_timeout) <= s->now_ms) {
        fprintf(stderr, "removing stalled connection: %d\n", c->fd);
        close_conn(s, c);
    }
    for (size_t i = 0; i < SERVER_DBS; i++)
        keyspace_remove_due(&s->dbs[i], MAX_EXPIRIES);
}

static bool is_listener(const struct server *s, int fd)
{
    for (size_t i = 0; i < s->nlisteners; i++) {
        if (s->listeners[i] == fd)
            return true;
    }
    return false;
}

/* Reads from a connection that the poller has reported. */
static void receive(struct server *s, struct conn *c, int events)
{
    /* One that sends nonsense for ever is not active, only a nuisance. */
    if (!c->refused)
        idle_touch(&s->idle, c, s->now_ms);
    if (events & (POLLER_READ | POLLER_ERROR))
        conn_fill(c); /* read() also tells what the error was */
    forget_gone(c);
    idle_wake(&s->turn, c);
}

/* Three passes: all that is ready is received, then answered, then sent. So a
 * client's replies leave in one piece, also those that another one's request
 * has caused (who waits for a member that somebody adds). */
static void serve(struct server *s, const struct poller_event *ready, int n)
{
    for (int i = 0; i < n; i++) {
        struct conn *c = (size_t)ready[i].fd < s->conns_cap
                             ? s->conns[ready[i].fd]
                             : NULL;
        if (c)
            receive(s, c, ready[i].events);
        else if (is_listener(s, ready[i].fd))
            accept_all(s, ready[i].fd);
        else
            s->stopping = true;
    }
    wait_run_timers(s);
    for (struct list *l = s->turn.next; l != &s->turn; l = l->next)
        answer_requests(s, container_of(l, struct conn, turn_node));
    while (!list_is_empty(&s->turn)) {
        struct conn *c = container_of(s->turn.next, struct conn, turn_node);
        list_detach(&c->turn_node);
        finish(s, c);
    }
}

int loop_turn(struct server *s)
{
    struct poller_event ready[MAX_READY];
    int n = s->backend->wait(s->poller, ready, MAX_READY, next_timer_ms(s));

    if (n < 0 && errno != EINTR)
        return -1;
    s->now_ms = clock_now_ms();
    for (size_t i = 0; i < SERVER_DBS; i++)
        s->dbs[i].now_ms = s->now_ms;
    serve(s, ready, n);
    if (s->accept_failed) {
        for (size_t i = 0; i < s->nlisteners; i++)
            accept_all(s, s->listeners[i]);
    }
    run_timers(s);
    return s->stopping ? 0 : 1;
}

int loop_init(struct server *s)
{
    list_init(&s->idle);
    list_init(&s->io);
    list_init(&s->turn);
    list_init(&s->came);
    s->backend = poller_find(s->config.poller);
    s->poller = s->backend->create();
    s->now_ms = s->started_ms = clock_now_ms();
    if (!s->poller ||
        s->backend->set(s->poller, s->stop_pipe[0], 0, POLLER_READ) < 0)
        return -1;
    for (size_t i = 0; i < s->nlisteners; i++) {
        if (set_nonblocking(s->listeners[i]) < 0 ||
            s->backend->set(s->poller, s->listeners[i], 0, POLLER_READ) < 0)
            return -1;
    }
    return 0;
}

/* Nobody is accepted or read from any more, but what has been replied is
 * sent, for as long as the clients take it. */
void loop_drain(struct server *s)
{
    for (size_t i = 0; i < s->nlisteners; i++) {
        s->backend->set(s->poller, s->listeners[i], POLLER_READ, 0);
        close(s->listeners[i]);
    }
    s->nlisteners = 0;
    s->backend->set(s->poller, s->stop_pipe[0], POLLER_READ, 0);
    for (size_t i = 0; i < s->conns_cap; i++) {
        if (!s->conns[i])
            continue;
        conn_refuse(s->conns[i]);
        if (buf_size(&s->conns[i]->out) == 0)
            close_conn(s, s->conns[i]);
        else
            idle_wake(&s->turn, s->conns[i]);
    }
    s->drain_ms = s->now_ms + DRAIN_MS;
    s->stopping = false;
    while (s->nconns > 0 && s->now_ms < s->drain_ms && loop_turn(s) > 0)
        ;
}

void loop_release(struct server *s)
{
    for (size_t i = 0; i < s->conns_cap; i++) {
        if (s->conns[i])
            close_conn(s, s->conns[i]);
    }
    free(s->conns);
    heap_free(&s->timeouts);
    s->backend->destroy(s->poller);
    for (size_t i = 0; i < SERVER_DBS; i++)
        keyspace_clear(&s->dbs[i]);
    thread_pool_release(&s->pool);
}
