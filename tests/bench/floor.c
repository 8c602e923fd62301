/*
 * floor: a server that does what every server must do, and nothing else. It is
 * the yardstick of the bench: one thread with epoll cannot be much faster.
 *
 *   PORT=N floor [-k KEYS] [-o]
 *
 *   -k  room for that many keys (4000000)
 *   -o  parse, then answer OK to everything
 *
 * It knows GET, SET, INCR, DBSIZE and PING in RESP, with keys of up to 16 and
 * values of up to 32 bytes. A turn has these passes, each over all connections
 * that are ready, so that no look-up waits for memory alone:
 *
 *     read and parse, compute hashes and touch slots -> touch entries
 *         -> run the requests in order -> write
 *
 * The server does not read from a client that does not read its answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"
#include "floor_request.h"

enum {
    IN_SIZE = 32 * 1024,
    OUT_SIZE = FLOOR_ANSWER_RATIO * IN_SIZE,
    MOST_EVENTS = 128,
    MOST_BATCH = 512,
};

struct conn {
    int fd;
    int closing;   /* after what is in `out` was sent */
    int blocked;   /* `out` could not be sent: wait until it can */
    size_t in_len; /* bytes in `in`, and how many of them were parsed */
    size_t parsed;
    size_t out_len, sent;
    char in[IN_SIZE];
    char out[OUT_SIZE];
};

struct planned {
    struct conn *conn;
    struct floor_request request;
};

struct server {
    int epoll, listener;
    int only_ok;
    struct floor_table table;
    struct planned batch[MOST_BATCH];
    unsigned nbatch;
    struct conn *ready[MOST_EVENTS];
    unsigned nready;
};

/* ---- the passes of a turn ---- */

static void run_batch(struct server *s)
{
    for (unsigned i = 0; i < s->nbatch; i++)
        if (s->batch[i].request.verb < VERB_PING)
            floor_touch_entry(&s->table, &s->batch[i].request.key);
    for (unsigned i = 0; i < s->nbatch; i++) {
        struct conn *c = s->batch[i].conn;
        char *end = floor_run(&s->table, &s->batch[i].request,
                              c->out + c->out_len);
        c->out_len = (size_t)(end - c->out);
    }
    s->nbatch = 0;
}

/* The key's slot is on its way while the next requests are parsed. */
static void add_to_batch(struct server *s, struct conn *c)
{
    struct planned *p = &s->batch[s->nbatch++];

    p->conn = c;
    if (p->request.verb < VERB_PING)
        floor_touch_slot(&s->table, &p->request.key);
    if (s->nbatch == MOST_BATCH)
        run_batch(s);
}

static void parse(struct server *s, struct conn *c)
{
    long n;

    while ((n = floor_take(&s->batch[s->nbatch].request, c->in + c->parsed,
                           c->in_len - c->parsed)) > 0) {
        c->parsed += (size_t)n;
        if (s->only_ok) {
            memcpy(c->out + c->out_len, "+OK\r\n", 5);
            c->out_len += 5;
        } else {
            add_to_batch(s, c);
        }
    }
    if (n < 0 || (c->in_len == IN_SIZE && c->parsed == 0))
        c->closing = 1;
}

static void receive(struct server *s, struct conn *c)
{
    ssize_t n = recv(c->fd, c->in + c->in_len, IN_SIZE - c->in_len, 0);

    s->ready[s->nready++] = c;
    if (n > 0) {
        c->in_len += (size_t)n;
        parse(s, c);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        c->closing = 1;
    }
}

/* Drops what was parsed; the requests of the batch have run. */
static void forget_parsed(struct conn *c)
{
    c->in_len -= c->parsed;
    if (c->in_len > 0 && c->parsed > 0)
        memmove(c->in, c->in + c->parsed, c->in_len);
    c->parsed = 0;
}

static void close_conn(struct conn *c)
{
    close(c->fd);
    free(c);
}

static void send_out(struct server *s, struct conn *c)
{
    struct epoll_event e = {.data.ptr = c};
    int blocked;

    while (c->sent < c->out_len) {
        ssize_t n = send(c->fd, c->out + c->sent, c->out_len - c->sent,
                         MSG_NOSIGNAL);
        if (n >= 0) {
            c->sent += (size_t)n;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            c->closing = 1;
            c->sent = c->out_len;
        }
    }
    blocked = c->sent < c->out_len;
    if (!blocked)
        c->sent = c->out_len = 0;
    if (c->closing) {
        close_conn(c);
    } else if (blocked != c->blocked) {
        c->blocked = blocked;
        e.events = blocked ? EPOLLOUT : EPOLLIN;
        epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &e);
    }
}

static void accept_all(struct server *s)
{
    int fd, yes = 1;

    while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
        struct conn *c = malloc(sizeof(*c));
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        if (!c)
            die_errno("malloc");
        c->fd = fd;
        c->closing = c->blocked = 0;
        c->in_len = c->parsed = c->out_len = c->sent = 0;
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
        if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
            die_errno("epoll_ctl");
    }
}

static void turn(struct server *s)
{
    struct epoll_event events[MOST_EVENTS];
    int n = epoll_wait(s->epoll, events, MOST_EVENTS, -1);

    s->nready = 0;
    for (int i = 0; i < n; i++) {
        struct conn *c = events[i].data.ptr;
        if (!c)
            accept_all(s);
        else if (c->blocked)
            s->ready[s->nready++] = c;
        else
            receive(s, c);
    }
    run_batch(s);
    for (unsigned i = 0; i < s->nready; i++) {
        forget_parsed(s->ready[i]);
        send_out(s, s->ready[i]);
    }
}

/* ---- the start ---- */

static void open_listener(struct server *s, int port)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct epoll_event e = {.events = EPOLLIN};
    socklen_t size = sizeof(addr);
    int yes = 1;

    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    s->epoll = epoll_create1(0);
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(s->listener, (struct sockaddr *)&addr, size) < 0)
        die_errno("bind");
    if (listen(s->listener, SOMAXCONN) < 0 ||
        fcntl(s->listener, F_SETFL, O_NONBLOCK) < 0 ||
        epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &e) < 0 ||
        getsockname(s->listener, (struct sockaddr *)&addr, &size) < 0)
        die_errno("listen");
    printf("listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct server s;
    const char *port = getenv("PORT");
    uint32_t keys = 4000000;
    int letter;

    set_program("floor");
    while ((letter = getopt(argc, argv, "k:o")) != -1) {
        if (letter == 'k')
            keys = (uint32_t)number_of("-k", optarg, 1, 1 << 30);
        else if (letter == 'o')
            s.only_ok = 1;
        else
            optind = argc + 1;
    }
    if (optind != argc) {
        fprintf(stderr, "usage: PORT=N floor [-k KEYS] [-o]\n");
        return 2;
    }
    floor_open(&s.table, keys);
    open_listener(&s, port ? (int)number_of("PORT", port, 0, 65535) : 1234);
    signal(SIGPIPE, SIG_IGN);
    for (;;)
        turn(&s);
}
