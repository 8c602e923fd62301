#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "resp.h"

enum { CHUNK = 64 * 1024, MOST_PEERS = 16 };

uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void address_parse(struct address *a, const char *text)
{
    const char *colon = strrchr(text, ':');
    *a = (struct address){.text = text};
    if (strchr(text, '/')) {
        return;
    }
    if (!colon || colon - text >= (long)sizeof a->host || strlen(colon + 1) >= sizeof a->port) {
        die("an address is HOST:PORT or the path of a socket");
    }
    memcpy(a->host, text, (size_t)(colon - text));
    strcpy(a->port, colon + 1);
}

static int connected(int family, const void *address, socklen_t size)
{
    int yes = 1, fd = socket(family, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, address, size) < 0) {
        close(fd);
        return -1;
    }
    if (fd >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes); /* fails for a path */
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
    return fd;
}

static int connected_path(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        die("the path of a socket is too long");
    }
    strcpy(address.sun_path, path);
    return connected(AF_UNIX, &address, sizeof address);
}

bool peer_open(struct peer *p, const struct address *a)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    *p = (struct peer){.fd = -1};
    if (!a->host[0]) {
        p->fd = connected_path(a->text);
        return p->fd >= 0;
    }
    if (getaddrinfo(a->host, a->port, &hints, &list) != 0) {
        return false;
    }
    for (struct addrinfo *i = list; i && p->fd < 0; i = i->ai_next) {
        p->fd = connected(i->ai_family, i->ai_addr, i->ai_addrlen);
    }
    freeaddrinfo(list);
    return p->fd >= 0;
}

void address_await(const struct address *a)
{
    const struct timespec pause = {0, 20 * 1000000};
    struct peer p;
    uint64_t end_ms = now_ms() + 10000;
    while (!peer_open(&p, a)) {
        if (now_ms() > end_ms) {
            die("a server does not listen");
        }
        nanosleep(&pause, NULL);
    }
    peer_close(&p);
}

void address_options(int argc, char **argv, const char *usage, uint64_t *seed, size_t *count,
                     struct address servers[2])
{
    int option;
    *seed = (uint64_t)time(NULL) % 1000000 * 1000 + (uint64_t)getpid() % 1000;
    while ((option = getopt(argc, argv, "s:n:")) != -1) {
        if (option == 's') {
            *seed = strtoull(optarg, NULL, 10);
        } else if (option == 'n') {
            *count = strtoull(optarg, NULL, 10);
        } else {
            die(usage);
        }
    }
    if (argc - optind != 2) {
        die(usage);
    }
    for (int i = 0; i < 2; i++) {
        address_parse(&servers[i], argv[optind + i]);
        address_await(&servers[i]);
    }
}

void peer_close(struct peer *p)
{
    if (p->fd >= 0) {
        close(p->fd);
    }
    bytes_free(&p->in);
    bytes_free(&p->out);
    *p = (struct peer){.fd = -1};
}

/* Finds the replies that are complete. */
static void parse(struct peer *p)
{
    ssize_t n = 0;
    while (p->parsed < p->in.len &&
           (n = resp_size(p->in.at + p->parsed, p->in.len - p->parsed)) > 0) {
        p->parsed += (size_t)n;
        p->replies++;
    }
    p->ended = p->ended || n < 0;
}

/* Returns whether a byte was read, or the connection has ended. */
static bool receive(struct peer *p)
{
    bytes_reserve(&p->in, CHUNK);
    ssize_t n = read(p->fd, p->in.at + p->in.len, CHUNK);
    if (n > 0) {
        p->in.len += (size_t)n;
        parse(p);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        p->ended = true;
    }
    return n > 0 || p->ended;
}

static bool send_some(struct peer *p)
{
    ssize_t n = send(p->fd, p->out.at, p->out.len, MSG_NOSIGNAL);
    if (n > 0) {
        bytes_consume(&p->out, (size_t)n);
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
        bytes_free(&p->out); /* reading will tell whether it has ended */
    }
    return n > 0 || p->out.len == 0;
}

static bool is_done(const struct peer *p)
{
    return p->ended || (p->out.len == 0 && p->replies >= p->wanted);
}

/* Waits once, then reads and writes what it can. False: nothing moved. */
static bool step(struct peer *const *peers, size_t n, int patience_ms)
{
    struct pollfd fds[MOST_PEERS];
    bool moved = false;
    for (size_t i = 0; i < n; i++) {
        fds[i].fd = is_done(peers[i]) ? -1 : peers[i]->fd;
        fds[i].events = (short)(POLLIN | (peers[i]->out.len > 0 ? POLLOUT : 0));
        fds[i].revents = 0;
    }
    if (poll(fds, (nfds_t)n, patience_ms) < 0) {
        return errno == EINTR;
    }
    for (size_t i = 0; i < n; i++) {
        if (fds[i].revents & (POLLIN | POLLHUP | POLLERR)) {
            moved = receive(peers[i]) || moved;
        }
        if (fds[i].revents & POLLOUT) {
            moved = send_some(peers[i]) || moved;
        }
    }
    return moved;
}

bool peers_await(struct peer *const *peers, size_t n, int patience_ms)
{
    for (;;) {
        bool done = true;
        for (size_t i = 0; i < n; i++) {
            done = done && is_done(peers[i]);
        }
        if (done) {
            return true;
        }
        if (!step(peers, n, patience_ms)) {
            return false;
        }
    }
}

bool peers_exchange(struct peer *const *peers, size_t n, size_t wanted, int patience_ms)
{
    for (size_t i = 0; i < n; i++) {
        peers[i]->wanted = wanted;
    }
    return peers_await(peers, n, patience_ms);
}

void peer_forget(struct peer *p)
{
    if (p->in.len > 0) {
        bytes_consume(&p->in, p->parsed);
    }
    p->parsed = p->replies = 0;
}
