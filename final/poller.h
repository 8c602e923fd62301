/*
 * poller: which descriptors are ready? One question, three ways to ask it.
 *
 *     epoll    the kernel keeps the list: a wait costs what is ready (Linux)
 *     poll     the list is passed in every time: it costs what is open
 *     select   the same, as bits in a set of fixed size: 1,024 descriptors
 *
 * Each backend is a file with the same few functions and a row that names
 * them. kqueue would be the fourth, for BSD and macOS; poll works there, too.
 */
#ifndef POLLER_H
#define POLLER_H

#include <stddef.h>

enum {
    POLLER_READ = 1,
    POLLER_WRITE = 2,
    POLLER_ERROR = 4, /* reported without being asked for */
};

struct poller_event {
    int fd;
    int events;
};

struct poller; /* one for each backend, behind this name */

struct poller_backend {
    const char *name;
    struct poller *(*create)(void);
    void (*destroy)(struct poller *p);
    /* Changes what is waited for: from no events (0) to some adds fd, from
     * some to none removes it. Returns 0, or -1 (errno). */
    int (*set)(struct poller *p, int fd, int before, int events);
    /* Waits, and stores at most `most` descriptors that are ready. Returns how
     * many, or -1 (errno). */
    int (*wait)(struct poller *p, struct poller_event *ready, size_t most,
                int timeout_ms);
};

extern const struct poller_backend poller_epoll; /* on Linux only */
extern const struct poller_backend poller_poll;
extern const struct poller_backend poller_select;

/* Returns the backend of that name, or for "" the best one. NULL: there is no
 * such backend here. */
const struct poller_backend *poller_find(const char *name);

#endif
