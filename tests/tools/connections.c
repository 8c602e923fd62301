/*
 * Opening connects, or accepts if talk plays the server. If a connection was
 * closed, and another one opened under its name, the newest one counts.
 */
#include "connections.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "sockets.h"

static int open_socket(struct talk *t)
{
    int fd = t->listener >= 0
                 ? accept_within(t->listener, t->timeout)
                 : connect_within(t->address, t->port, t->rcvbuf, t->timeout);
    if (fd < 0 && t->listener >= 0) {
        fail(t, "no client connected within %zu ms", t->timeout);
    } else if (fd < 0) {
        fail(t, "connecting to %s:%u failed: %s", t->address, t->port,
             strerror(errno));
    }
    return fd;
}

static struct peer *open_peer(struct talk *t, const char *name)
{
    struct peer *p = resized(NULL, sizeof *p);
    if (strlen(name) >= sizeof p->name) {
        wrong("cannot open a connection named %s", name);
    }
    *p = (struct peer){.reading = true};
    strcpy(p->name, name);
    t->peers = resized(t->peers, (t->npeers + 1) * sizeof(struct peer *));
    t->peers[t->npeers++] = p;
    t->cur = p;
    p->fd = open_socket(t);
    return p;
}

struct peer *current(struct talk *t)
{
    return t->cur ? t->cur : open_peer(t, "");
}

void switch_to(struct talk *t, const char *name)
{
    for (size_t i = t->npeers; i > 0; i--) {
        if (strcmp(t->peers[i - 1]->name, name) == 0) {
            t->cur = t->peers[i - 1];
            return;
        }
    }
    open_peer(t, name);
}

void fresh_if_raw(struct talk *t)
{
    char name[sizeof t->cur->name];
    if (t->dialect == RAW && t->cur && t->cur->end != OPEN) {
        strcpy(name, t->cur->name);
        forget_current(t, false);
        open_peer(t, name);
    }
}

void forget_current(struct talk *t, bool reset)
{
    struct peer *p = t->cur;
    if (reset) {
        socket_reset(p->fd);
    } else {
        close(p->fd);
    }
    for (size_t i = 0; i < t->npeers; i++) {
        if (t->peers[i] == p) {
            t->peers[i] = t->peers[--t->npeers];
            break;
        }
    }
    peer_free(p);
    free(p);
    t->cur = NULL;
}
