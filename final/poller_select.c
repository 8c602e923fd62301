/*
 * Two sets of bits say what to wait for. select() overwrites the sets that it
 * is given with its answer, so each wait passes copies. The bits are searched
 * from where the last search ended, as in poller_poll.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/select.h>

#include "mem.h"
#include "poller.h"

struct poller {
    fd_set read;
    fd_set write;
    int end;  /* one above the highest descriptor */
    int next; /* where the search goes on, so that nobody is left out */
};

static struct poller *select_new(void)
{
    struct poller *p = mem_zalloc(1, sizeof *p);

    FD_ZERO(&p->read);
    FD_ZERO(&p->write);
    return p;
}

static void select_destroy(struct poller *p)
{
    free(p);
}

static int select_set(struct poller *p, int fd, int before, int events)
{
    (void)before;
    if (fd >= FD_SETSIZE) {
        errno = EMFILE; /* setting that bit would write past the set */
        return -1;
    }
    FD_CLR(fd, &p->read);
    FD_CLR(fd, &p->write);
    if (events & POLLER_READ)
        FD_SET(fd, &p->read);
    if (events & POLLER_WRITE)
        FD_SET(fd, &p->write);
    if (fd >= p->end)
        p->end = fd + 1;
    return 0;
}

static int select_wait(struct poller *p, struct poller_event *ready,
                       size_t most, int timeout_ms)
{
    fd_set read = p->read;
    fd_set write = p->write;
    struct timeval timeout = {
        .tv_sec = timeout_ms / 1000,
        .tv_usec = timeout_ms % 1000 * 1000,
    };
    int n = 0;

    if (select(p->end, &read, &write, NULL, timeout_ms < 0 ? NULL : &timeout) <
        0)
        return -1;
    for (int i = 0; i < p->end && (size_t)n < most; i++) {
        p->next = (p->next + 1) % p->end;
        int events = (FD_ISSET(p->next, &read) ? POLLER_READ : 0) |
                     (FD_ISSET(p->next, &write) ? POLLER_WRITE : 0);
        if (events) {
            ready[n].fd = p->next;
            ready[n++].events = events;
        }
    }
    return n;
}

const struct poller_backend poller_select = {
    .name = "select",
    .create = select_new,
    .destroy = select_destroy,
    .set = select_set,
    .wait = select_wait,
};
