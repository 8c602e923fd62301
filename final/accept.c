/*
 * A turn accepts a bounded number of connections, so that a flood of new ones
 * does not stall the old ones. A listener that fails is left alone for a while:
 * the poller would report it again and again.
 */
#include "accept.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conns.h"
#include "descriptors.h"

enum {
    MAX_ACCEPTS = 50, /* in one turn: most of a millisecond */
    ACCEPT_RETRY_MS = 100,
};

/* Has the poller look at the i-th listener, or leave it alone. */
static void watch(struct server *s, size_t i, bool on)
{
    s->backend->set(s->poller, s->listeners[i], on ? 0 : POLLER_READ,
                    on ? POLLER_READ : 0);
    s->accept_failed[i] = !on;
}

/* Accepts the connections that wait at the i-th listener. If that fails for
 * want of descriptors or memory, they keep waiting, and the poller would report
 * them at once, again and again. So the listener is left alone for a while. (A
 * spare descriptor, to accept and hang up with, would turn them away. This way
 * they are served as soon as another client has left.) */
static void accept_all(struct server *s, size_t i)
{
    int left = MAX_ACCEPTS;
    int fd;

    while ((fd = accept(s->listeners[i], NULL, NULL)) >= 0) {
        conns_add(s, fd);
        if (--left == 0)
            return; /* the others wait for the next turn */
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        if (s->accept_failed[i])
            watch(s, i, true);
    } else if (errno != EINTR && errno != ECONNABORTED &&
               !s->accept_failed[i]) {
        fprintf(stderr, "[errno:%d] accept() error\n", errno);
        watch(s, i, false);
    }
}

bool accept_from(struct server *s, int fd)
{
    for (size_t i = 0; i < s->nlisteners; i++) {
        if (s->listeners[i] == fd) {
            accept_all(s, i);
            return true;
        }
    }
    return false;
}

void accept_retry(struct server *s)
{
    for (size_t i = 0; i < s->nlisteners; i++) {
        if (s->accept_failed[i])
            accept_all(s, i);
    }
}

uint64_t accept_deadline(const struct server *s)
{
    for (size_t i = 0; i < s->nlisteners; i++) {
        if (s->accept_failed[i])
            return s->now_ms + ACCEPT_RETRY_MS;
    }
    return UINT64_MAX;
}

int accept_init(struct server *s)
{
    for (size_t i = 0; i < s->nlisteners; i++) {
        if (set_nonblocking(s->listeners[i]) < 0 ||
            s->backend->set(s->poller, s->listeners[i], 0, POLLER_READ) < 0)
            return -1;
    }
    return 0;
}

void accept_end(struct server *s)
{
    for (size_t i = 0; i < s->nlisteners; i++) {
        s->backend->set(s->poller, s->listeners[i], POLLER_READ, 0);
        close(s->listeners[i]);
    }
    s->nlisteners = 0;
}
