/*
 * One poll() serves all that wait: each that is not done reads, and writes if it has something to
 * send. Replies are counted as they arrive, and stay in "in" until they are forgotten.
 */
#include "asker.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../tools/resp.h"
#include "../tools/sockets.h"

enum { MOST_ASKERS = 16 };

bool asker_open(struct asker *a, const struct address *server)
{
    *a = (struct asker){.fd = address_connect(server)};
    if (a->fd >= 0) {
        socket_make_ready(a->fd);
    }
    return a->fd >= 0;
}

void asker_close(struct asker *a)
{
    if (a->fd >= 0) {
        close(a->fd);
    }
    bytes_free(&a->in);
    bytes_free(&a->out);
    *a = (struct asker){.fd = -1};
}

/* Finds the replies that are complete. */
static void parse(struct asker *a)
{
    ssize_t n = 0;
    while (a->parsed < a->in.len &&
           (n = resp_size(a->in.at + a->parsed, a->in.len - a->parsed)) > 0) {
        a->parsed += (size_t)n;
        a->replies++;
    }
    a->ended = a->ended || n < 0;
}

/* Returns whether a byte was read, or the connection has ended. */
static bool receive(struct asker *a)
{
    ssize_t n = bytes_read(&a->in, a->fd);
    if (n > 0) {
        parse(a);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        a->ended = true;
    }
    return n > 0 || a->ended;
}

static bool send_some(struct asker *a)
{
    ssize_t n = send(a->fd, a->out.at, a->out.len, MSG_NOSIGNAL);
    if (n > 0) {
        bytes_consume(&a->out, (size_t)n);
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
        bytes_free(&a->out); /* reading will tell whether it has ended */
    }
    return n > 0 || a->out.len == 0;
}

static bool is_done(const struct asker *a)
{
    return a->ended || (a->out.len == 0 && a->replies >= a->wanted);
}

/* Waits once, then reads and writes what it can. False: nothing moved. */
static bool step(struct asker *const *askers, size_t n, int patience_ms)
{
    struct pollfd fds[MOST_ASKERS];
    bool moved = false;
    for (size_t i = 0; i < n; i++) {
        fds[i].fd = is_done(askers[i]) ? -1 : askers[i]->fd;
        fds[i].events = (short)(POLLIN | (askers[i]->out.len > 0 ? POLLOUT : 0));
        fds[i].revents = 0;
    }
    if (poll(fds, (nfds_t)n, patience_ms) < 0) {
        return errno == EINTR;
    }
    for (size_t i = 0; i < n; i++) {
        if (fds[i].revents & (POLLIN | POLLHUP | POLLERR)) {
            moved = receive(askers[i]) || moved;
        }
        if (fds[i].revents & POLLOUT) {
            moved = send_some(askers[i]) || moved;
        }
    }
    return moved;
}

bool askers_await(struct asker *const *askers, size_t n, int patience_ms)
{
    for (;;) {
        bool done = true;
        for (size_t i = 0; i < n; i++) {
            done = done && is_done(askers[i]);
        }
        if (done) {
            return true;
        }
        if (!step(askers, n, patience_ms)) {
            return false;
        }
    }
}

bool askers_exchange(struct asker *const *askers, size_t n, size_t wanted, int patience_ms)
{
    for (size_t i = 0; i < n; i++) {
        askers[i]->wanted = wanted;
    }
    return askers_await(askers, n, patience_ms);
}

void asker_forget(struct asker *a)
{
    if (a->in.len > 0) {
        bytes_consume(&a->in, a->parsed);
    }
    a->parsed = a->replies = 0;
}
