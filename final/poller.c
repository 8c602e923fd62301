/*
 * The table lists what this system has, best first. So the default is its first
 * row, and asking for a backend that is missing here finds nothing.
 */
#include "poller.h"

#include <string.h>

static const struct poller_backend *const backends[] = {
#ifdef __linux__
    &poller_epoll,
#endif
    &poller_poll,
    &poller_select,
};

const struct poller_backend *poller_find(const char *name)
{
    if (name[0] == '\0')
        return backends[0];
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    }
    return NULL;
}
