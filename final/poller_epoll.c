/*
 * The kernel keeps the list of descriptors; ready is only where it stores its
 * answers. So nothing here grows with the number of connections. On systems
 * without epoll this file is empty.
 */
#ifdef __linux__
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "mem.h"
#include "poller.h"

enum { MOST = 256 };

struct poller {
    int epfd;
    struct epoll_event ready[MOST];
};

static struct poller *epoll_new(void)
{
    struct poller *p = mem_zalloc(1, sizeof *p);

    p->epfd = epoll_create1(EPOLL_CLOEXEC);
    if (p->epfd >= 0)
        return p;
    free(p);
    return NULL;
}

static void epoll_destroy(struct poller *p)
{
    close(p->epfd);
    free(p);
}

/* Level-triggered: what is not dealt with is reported again. Edge-triggered, we
 * would have to read from each client until EAGAIN, and one that never stops
 * sending would starve the others. */
static int epoll_set(struct poller *p, int fd, int before, int events)
{
    struct epoll_event e = {.data.fd = fd};
    int op = EPOLL_CTL_MOD;

    if (events & POLLER_READ)
        e.events |= EPOLLIN;
    if (events & POLLER_WRITE)
        e.events |= EPOLLOUT;
    if (before == 0)
        op = EPOLL_CTL_ADD;
    else if (events == 0)
        op = EPOLL_CTL_DEL;
    return epoll_ctl(p->epfd, op, fd, &e);
}

static int epoll_wait_for(struct poller *p, struct poller_event *ready,
                          size_t most, int timeout_ms)
{
    int n = epoll_wait(p->epfd, p->ready, most < MOST ? (int)most : MOST,
                       timeout_ms);

    for (int i = 0; i < n; i++) {
        uint32_t got = p->ready[i].events;
        ready[i].fd = p->ready[i].data.fd;
        ready[i].events = (got & EPOLLIN ? POLLER_READ : 0) |
                          (got & EPOLLOUT ? POLLER_WRITE : 0) |
                          (got & (EPOLLERR | EPOLLHUP) ? POLLER_ERROR : 0);
    }
    return n;
}

const struct poller_backend poller_epoll = {
    .name = "epoll",
    .create = epoll_new,
    .destroy = epoll_destroy,
    .set = epoll_set,
    .wait = epoll_wait_for,
};
#else
typedef int not_here; /* a file must not be empty */
#endif
