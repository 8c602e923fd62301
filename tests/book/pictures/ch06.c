/*
 * ch06 SCENARIO: records turns of the loop of ch06_event_loop. Its clients are in this program, but
 * their connections are real.
 *
 *   loop      two clients, one of which has sent half a message
 *   pressure  a client that sends and does not read
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../ch06_event_loop/conn.h"
#include "recorder.h"

static int poll_noted(struct pollfd *polls, nfds_t n, int timeout_ms);
static void flush_noted(struct conn *c);
static void settle_noted(struct conn *c);

/* The loop's log of requests is not part of the recording. */
#define printf(...) ((void)0)
#define poll(polls, n, timeout_ms) poll_noted(polls, n, timeout_ms)
#define conn_flush flush_noted
#define conn_settle settle_noted
#include "../../../ch06_event_loop/loop.c"
#undef printf
#undef poll
#undef conn_flush
#undef conn_settle

enum { MOST_CLIENTS = 2 };

static struct server server;
static struct client {
    int fd;               /* its own end */
    struct conn *conn;    /* what the server has of it */
    uint8_t got[100];     /* what it has received */
    size_t n_got, n_sent; /* the second: to it, by the server */
    short revents;        /* what poll() said last */
} clients[MOST_CLIENTS];
static size_t n_clients;
static bool in_detail; /* a state at each step of a turn */
static bool shows_poll; /* one when poll() has returned, too */

static char name_of(const struct client *c)
{
    return (char)('A' + (c - clients));
}

static struct client *client_of(const struct conn *conn)
{
    for (size_t i = 0; i < n_clients; i++) {
        if (clients[i].conn == conn) {
            return &clients[i];
        }
    }
    must(false, "a connection that nobody opened");
    return NULL;
}

static const char *events_in_words(bool reading, bool writing)
{
    return reading && writing ? "bytes to read, room to write"
           : reading          ? "bytes to read"
           : writing          ? "room to write"
                              : "nothing";
}

/* ---- two clients, each step of a turn ---- */

static bool is_ready(int fd, short events, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, timeout_ms) > 0;
}

/* All that the server has written to it. */
static void receive(struct client *c)
{
    while (c->n_got < c->n_sent) {
        must(is_ready(c->fd, POLLIN, 2000), "what was sent did not arrive");
        ssize_t n = read(c->fd, c->got + c->n_got, sizeof c->got - c->n_got);
        must(n > 0, "read");
        c->n_got += (size_t)n;
    }
}

static void show(const char *label)
{
    state("%s", label);
    for (size_t i = 0; i < n_clients; i++) {
        struct client *c = &clients[i];
        receive(c);
        line("title client %c", name_of(c));
        line("fact %c is ready for: %s", name_of(c),
             events_in_words(c->revents & POLLIN, c->revents & POLLOUT));
        printf("    bytes %c in:", name_of(c));
        for (size_t b = 0; b < buf_size(&c->conn->in); b++) {
            print_byte(buf_data(&c->conn->in)[b]);
        }
        printf("\n    bytes %c out:", name_of(c));
        for (size_t b = 0; b < buf_size(&c->conn->out); b++) {
            print_byte(buf_data(&c->conn->out)[b]);
        }
        printf("\n    bytes %c has received:", name_of(c));
        for (size_t b = 0; b < c->n_got; b++) {
            print_byte(c->got[b]);
        }
        printf("\n");
        line("fact %c will wait for: %s", name_of(c),
             events_in_words(c->conn->want_read, c->conn->want_write));
    }
}

static int poll_noted(struct pollfd *polls, nfds_t n, int timeout_ms)
{
    must(timeout_ms == -1, "a timeout where there is no timer");
    int ready = poll(polls, n, 0);
    for (size_t i = 0; i < n_clients; i++) {
        clients[i].revents = 0;
        for (nfds_t p = POLL_CONNS; p < n; p++) {
            if (clients[i].conn && polls[p].fd == clients[i].conn->fd) {
                clients[i].revents = polls[p].revents;
            }
        }
    }
    if (shows_poll) {
        show("poll() returns");
    }
    return ready;
}

static void flush_noted(struct conn *c)
{
    char label[60];
    if (in_detail && buf_size(&c->out)) {
        snprintf(label, sizeof label, "a request of %c is answered", name_of(client_of(c)));
        show(label);
    }
    size_t before = buf_size(&c->out);
    conn_flush(c);
    if (in_detail) {
        client_of(c)->n_sent += before - buf_size(&c->out);
    }
}

static void settle_noted(struct conn *c)
{
    char label[60];
    conn_settle(c);
    if (in_detail) {
        snprintf(label, sizeof label, "this turn is done with %c", name_of(client_of(c)));
        show(label);
    }
}

/* ---- clients ---- */

static void listen_here(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int small = 4096; /* accepted sockets have it, too: the kernel takes little of "out" */
    must(pipe(server.stop_pipe) == 0, "pipe");
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server.listener, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    must(bind(server.listener, (struct sockaddr *)&addr, sizeof addr) == 0, "bind");
    must(listen(server.listener, 5) == 0, "listen");
    must(set_nonblocking(server.listener) == 0, "fcntl");
}

static struct client *connect_client(void)
{
    struct client *c = &clients[n_clients];
    struct sockaddr_in addr;
    socklen_t len = sizeof addr;
    int small = 4096;
    getsockname(server.listener, (struct sockaddr *)&addr, &len);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    must(connect(c->fd, (struct sockaddr *)&addr, len) == 0, "connect");
    must(is_ready(server.listener, POLLIN, 2000), "no connection came");
    must(loop_turn(&server) == 1, "a turn");
    for (size_t i = 0; i < server.conns_cap; i++) {
        bool known = !server.conns[i];
        for (size_t k = 0; k < n_clients && !known; k++) {
            known = clients[k].conn == server.conns[i];
        }
        if (!known) {
            c->conn = server.conns[i];
        }
    }
    must(c->conn != NULL, "the connection was not accepted");
    n_clients++;
    return c;
}

static void send_bytes(struct client *c, const char *data, size_t n)
{
    must(write(c->fd, data, n) == (ssize_t)n, "write");
    must(is_ready(c->conn->fd, POLLIN, 2000), "the bytes did not arrive");
}

static void play_loop(void)
{
    struct client *a = connect_client(), *b = connect_client();
    show("poll() waits");
    send_bytes(a, "\5\0\0\0he", 6);
    send_bytes(b, "\2\0\0\0hi", 6);
    in_detail = shows_poll = true;
    must(loop_turn(&server) == 1, "a turn");
    shows_poll = false;
    send_bytes(a, "llo", 3);
    must(loop_turn(&server) == 1, "a turn");
}

/* ---- a client that does not read ---- */

enum { REQUEST = 100 * 1024, UNIT = 100 * 1024 };

static uint8_t request[REQUEST];
static size_t n_sent, n_read; /* bytes, by the client */
static bool is_stuck;         /* its write() would wait */

/* Turns for as long as poll() has something: afterwards, nothing more can be done. */
static void turn_while_ready(void)
{
    short events;
    do {
        struct conn *c = clients[0].conn;
        events = (short)((c->want_read ? POLLIN : 0) | (c->want_write ? POLLOUT : 0));
    } while (is_ready(clients[0].conn->fd, events, 100) && loop_turn(&server) == 1);
}

/* The client sends up to n bytes, or until its write() would wait even though the server has done
 * all it can. */
static void send_requests(size_t n)
{
    for (is_stuck = false; n > 0 && !is_stuck;) {
        size_t at = n_sent % REQUEST, most = REQUEST - at < n ? REQUEST - at : n;
        ssize_t put = write(clients[0].fd, request + at, most);
        if (put < 0) {
            must(errno == EAGAIN, "write");
            turn_while_ready();
            is_stuck = !is_ready(clients[0].fd, POLLOUT, 200);
            continue;
        }
        n_sent += (size_t)put;
        n -= (size_t)put;
    }
    turn_while_ready();
}

static void read_replies(size_t n)
{
    static char block[8192];
    while (n > 0) {
        must(is_ready(clients[0].fd, POLLIN, 2000), "the replies ended");
        ssize_t got = read(clients[0].fd, block, n < sizeof block ? n : sizeof block);
        must(got > 0, "read");
        n -= (size_t)got;
        n_read += (size_t)got;
        while (is_ready(clients[0].conn->fd, POLLOUT, 0) && clients[0].conn->want_write) {
            must(loop_turn(&server) == 1, "a turn");
        }
    }
    turn_while_ready();
}

/* In whole units, rounded up: the kernel holds a few KiB of replies, more or less. */
static size_t units(size_t n)
{
    return (n + UNIT - 1) / UNIT * (UNIT / 1024);
}

static void show_pressure(const char *label)
{
    const struct conn *c = clients[0].conn;
    state("%s", label);
    line("level out: %zu of 256 KiB", units(buf_size(&c->out)));
    line("fact server waits for: %s", events_in_words(c->want_read, c->want_write));
    line("fact stalled: %s", c->stalled ? "yes" : "no");
    line("fact client's write(): %s", is_stuck ? "would wait" : "takes bytes");
    if (n_sent > 0 && n_read == n_sent) {
        line("fact client has read: as much as it sent");
    } else {
        line("fact client has read: %zu KiB", n_read / 1024);
    }
}

static void play_pressure(void)
{
    connect_client();
    must(set_nonblocking(clients[0].fd) == 0, "fcntl");
    request[1] = (REQUEST - 4) >> 8 & 0xFF;
    request[0] = (REQUEST - 4) & 0xFF;
    request[2] = (REQUEST - 4) >> 16;
    show_pressure("nothing was sent");
    send_requests(REQUEST);
    show_pressure("one request of 100 KiB");
    send_requests(2 * REQUEST);
    show_pressure("three requests");
    send_requests(1000 * REQUEST);
    show_pressure("the client goes on sending");
    read_replies(REQUEST);
    send_requests(1000 * REQUEST);
    show_pressure("the client reads one reply, and goes on sending");
    read_replies(n_sent / REQUEST * REQUEST - n_read);
    send_requests(n_sent % REQUEST ? REQUEST - n_sent % REQUEST : 0);
    read_replies(n_sent - n_read);
    is_stuck = !is_ready(clients[0].fd, POLLOUT, 200);
    show_pressure("the client reads all");
}

int main(int argc, char **argv)
{
    (void)argc;
    must(freopen("/dev/null", "w", stderr) != NULL, "stderr"); /* the loop's log has ports in it */
    listen_here();
    if (plays(argv, "loop")) {
        play_loop();
    } else {
        play_pressure();
    }
    fflush(stdout);
    loop_release(&server);
    return 0;
}
