/*
 * relay: takes the place of a server that already runs somewhere, so that a suite can test it.
 *
 *     relay --check HOST:PORT    Is it empty? Asks with INFO and DBSIZE, and sends nothing else.
 *                                Status 0: yes; 1: it holds keys; 2: it cannot be asked.
 *     relay HOST:PORT            Passes bytes both ways until SIGTERM.
 *
 * The relay listens on $PORT (0: a free one) of 127.0.0.1, and says so as our servers do. First it
 * empties the other server with FLUSHALL and resets its counters. At the end it empties it again.
 * So relay only to a server that --check has found empty.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "bytes.h"
#include "die.h"
#include "sockets.h"

enum { MOST = 4096, CHUNK = 64 * 1024 };

/* Two sockets, and what was read from one but not yet written to the other. */
struct pair {
    int fd[2];
    char *held[2]; /* read from fd[i] */
    size_t size[2];
    size_t sent[2];
    int ended[2]; /* fd[i] sends no more, and the other one has been told */
};

const char program_name[] = "relay";

static struct pair *pairs[MOST];
static size_t npairs;

static _Noreturn void die_of(const char *what)
{
    die("%s: %s", what, errno ? strerror(errno) : "no such host or port");
}

/* Returns a socket, or -1 with errno. */
static int connect_to(const char *address)
{
    struct address a;

    errno = 0;
    if (!address_parse(&a, address) || a.host[0] == '\0')
        die_of(address);
    int fd = address_connect(&a);
    if (fd < 0 && errno == 0)
        die_of(address);
    return fd;
}

/* Sends a line, and reads until the reply has that text in it. Returns whether it came. */
static int ask(int fd, const char *line, const char *until, char *reply, size_t room)
{
    size_t len = 0;

    if (send(fd, line, strlen(line), 0) < 0)
        return 0;
    while (len + 1 < room) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 5000) <= 0)
            return 0;
        ssize_t n = read(fd, reply + len, room - 1 - len);
        if (n <= 0)
            return 0;
        len += (size_t)n;
        reply[len] = '\0';
        if (reply[0] == '-' || strstr(reply, until))
            return reply[0] != '-';
    }
    return 0;
}

/* Keys in any database show as a line "db0:keys=1,...". */
static int check(const char *address)
{
    static char reply[CHUNK];
    int fd = connect_to(address);

    if (fd < 0)
        die_of(address);
    if (!ask(fd, "DBSIZE\r\n", "\r\n", reply, sizeof reply) || reply[0] != ':') {
        fprintf(stderr, "relay: %s does not answer DBSIZE\n", address);
        return 2;
    }
    int empty = strcmp(reply, ":0\r\n") == 0;
    if (!ask(fd, "INFO keyspace\r\n", "# Keyspace\r\n", reply, sizeof reply)) {
        fprintf(stderr, "relay: %s does not answer INFO\n", address);
        return 2;
    }
    if (empty && !strstr(reply, "keys="))
        return 0;
    fprintf(stderr, "relay: %s holds keys; nothing was changed there\n", address);
    return 1;
}

static volatile sig_atomic_t stop;

static void on_stop(int signum)
{
    (void)signum;
    stop = 1;
}

/* Removes what a test may have left behind; called before a test and after it. */
static int empty_it(const char *address)
{
    char reply[256];
    int fd = connect_to(address);

    if (fd < 0 || !ask(fd, "FLUSHALL\r\n", "+OK\r\n", reply, sizeof reply))
        return -1;
    ask(fd, "CONFIG RESETSTAT\r\n", "+OK\r\n", reply, sizeof reply); /* not every server has that */
    close(fd);
    return 0;
}

static int listen_here(void)
{
    const char *text = getenv("PORT");
    uint16_t port = (uint16_t)(text ? atoi(text) : 1234);
    int fd = listen_at(&port);

    if (fd < 0)
        die_of("listen");
    printf("listening on 127.0.0.1:%u\n", (unsigned)port);
    fflush(stdout);
    return fd;
}

static void end_pair(size_t i)
{
    struct pair *p = pairs[i];

    for (int k = 0; k < 2; k++) {
        close(p->fd[k]);
        free(p->held[k]);
    }
    free(p);
    pairs[i] = pairs[--npairs];
}

/* Moves bytes from side k to the other. Returns 0 when the pair is over. */
static int move(struct pair *p, int k)
{
    if (p->size[k] == 0 && !p->ended[k]) {
        ssize_t n = recv(p->fd[k], p->held[k], CHUNK, MSG_DONTWAIT);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        if (n == 0) {
            p->ended[k] = 1;
            shutdown(p->fd[!k], SHUT_WR);
            return !p->ended[!k];
        }
        p->size[k] = (size_t)n;
        p->sent[k] = 0;
    }
    while (p->size[k] > 0) {
        ssize_t n = send(p->fd[!k], p->held[k] + p->sent[k], p->size[k], MSG_DONTWAIT);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        p->sent[k] += (size_t)n;
        p->size[k] -= (size_t)n;
    }
    return 1;
}

static void add_pair(int listener, const char *address)
{
    int fd = accept(listener, NULL, NULL);
    int to = fd >= 0 && npairs < MOST ? connect_to(address) : -1;

    if (to < 0) {
        close(fd);
        return;
    }
    struct pair *p = resized(NULL, sizeof *p);
    *p = (struct pair){
        .fd = {fd, to},
        .held = {resized(NULL, CHUNK), resized(NULL, CHUNK)},
    };
    pairs[npairs++] = p;
}

/* What side k waits for: bytes, unless some of its own are held; room, if bytes for it are. */
static short wanted(const struct pair *p, int k)
{
    return (short)((p->size[k] == 0 && !p->ended[k] ? POLLIN : 0) | (p->size[!k] > 0 ? POLLOUT : 0));
}

int main(int argc, char **argv)
{
    static struct pollfd polls[1 + 2 * MOST];

    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, on_stop);
    signal(SIGINT, on_stop);
    if (argc == 3 && strcmp(argv[1], "--check") == 0)
        return check(argv[2]);
    if (argc != 2) {
        fprintf(stderr, "usage: relay [--check] HOST:PORT\n");
        return 2;
    }
    if (empty_it(argv[1]) < 0)
        die_of(argv[1]);
    int listener = listen_here();
    while (!stop) {
        size_t n = npairs;
        polls[0] = (struct pollfd){.fd = listener, .events = POLLIN};
        for (size_t i = 0; i < 2 * n; i++)
            polls[1 + i] = (struct pollfd){.fd = pairs[i / 2]->fd[i % 2],
                                           .events = wanted(pairs[i / 2], (int)(i % 2))};
        if (poll(polls, 1 + 2 * n, 100) < 0) /* a signal may come just before */
            continue;
        for (size_t i = n; i-- > 0;) {
            if (!(polls[1 + 2 * i].revents | polls[2 + 2 * i].revents))
                continue;
            if (!move(pairs[i], 0) || !move(pairs[i], 1))
                end_pair(i);
        }
        if (polls[0].revents)
            add_pair(listener, argv[1]);
    }
    return empty_it(argv[1]) < 0;
}
