/*
 * The array for poll() is indexed by descriptor, so that a change is one
 * assignment; poll() skips the unused places. Answers are looked for from where
 * the last search ended: if more are ready than the caller has room for, the
 * others are first the next time.
 */
#include <poll.h>
#include <stdlib.h>

#include "mem.h"
#include "poller.h"

struct poller {
    struct pollfd *polls; /* by descriptor; poll() ignores those with fd -1 */
    size_t cap;
    size_t end;  /* one above the highest descriptor. Not cap: poll() fails if
                  * that is more than the process may have */
    size_t next; /* where the search goes on, so that nobody is left out */
};

static struct poller *poll_new(void)
{
    return mem_zalloc(1, sizeof(struct poller));
}

static void poll_destroy(struct poller *p)
{
    free(p->polls);
    free(p);
}

static int poll_set(struct poller *p, int fd, int before, int events)
{
    (void)before;
    while (p->cap <= (size_t)fd) {
        p->polls = mem_resize(p->polls, (p->cap + 64) * sizeof p->polls[0]);
        for (size_t i = 0; i < 64; i++)
            p->polls[p->cap++] = (struct pollfd){.fd = -1};
    }
    if (p->end <= (size_t)fd)
        p->end = (size_t)fd + 1;
    p->polls[fd] = (struct pollfd){
        .fd = events ? fd : -1,
        .events = (short)((events & POLLER_READ ? POLLIN : 0) |
                          (events & POLLER_WRITE ? POLLOUT : 0)),
    };
    return 0;
}

static int poll_wait(struct poller *p, struct poller_event *ready, size_t most,
                     int timeout_ms)
{
    int left = poll(p->polls, (nfds_t)p->end, timeout_ms);
    int n = left < 0 ? -1 : 0;

    for (size_t i = 0; i < p->end && left > 0 && (size_t)n < most; i++) {
        p->next = (p->next + 1) % p->end;
        short got = p->polls[p->next].revents;
        if (got == 0)
            continue;
        left--;
        ready[n].fd = p->polls[p->next].fd;
        ready[n++].events =
            (got & POLLIN ? POLLER_READ : 0) |
            (got & POLLOUT ? POLLER_WRITE : 0) |
            (got & (POLLERR | POLLHUP | POLLNVAL) ? POLLER_ERROR : 0);
    }
    return n;
}

const struct poller_backend poller_poll = {
    .name = "poll",
    .create = poll_new,
    .destroy = poll_destroy,
    .set = poll_set,
    .wait = poll_wait,
};
