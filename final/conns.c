/*
 * The system hands out the lowest free descriptor, so an array indexed by
 * descriptor stays dense, and finding a connection is one load.
 *
 * Closing a socket costs the system more than all else that a connection needs
 * in a turn. A thousand clients that leave at once would make the others wait
 * for 10 ms. So a closed connection leaves the table at once, but its socket
 * only when its turn comes.
 */
#include "conns.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "container_of.h"
#include "descriptors.h"
#include "idle.h"
#include "mem.h"
#include "net.h"
#include "session.h"

enum { MAX_HANG_UPS = 16 }; /* sockets that one turn closes */

struct conn *conns_find(const struct server *s, int fd)
{
    return (size_t)fd < s->conns_cap ? s->conns[fd] : NULL;
}

/* Says why in the protocol of Redis, which people can read, and hangs up. */
static void reject(struct server *s, int fd, const char *why)
{
    s->nrejected++;
    if (write(fd, why, strlen(why)) < 0)
        fprintf(stderr, "[errno:%d] write() error\n", errno);
    close(fd);
}

/* If an option cannot be set, that only costs time. */
static void set_tcp_option(int fd, int option, int value)
{
    setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

/* A client whose machine has lost its power or its network does not close its
 * connection: it is silent, as a live one may be for days. So after a while the
 * system asks whether it is still there, and closes the connection if five
 * questions get no answer. While bytes that were sent are not confirmed, it
 * does not ask but sends them again, for a quarter of an hour: that needs a
 * limit of its own. A live client that reads nothing comes under it, too, so it
 * must not be shorter than the io-timeout. */
static void notice_vanished(int fd, const struct config *c)
{
    int idle = (int)c->tcp_keepalive;
    int interval = idle < 6 ? 1 : idle / 6;
    int yes = 1;

    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
#ifdef TCP_KEEPIDLE
    set_tcp_option(fd, TCP_KEEPIDLE, idle);
#elif defined(TCP_KEEPALIVE) /* macOS */
    set_tcp_option(fd, TCP_KEEPALIVE, idle);
#endif
#ifdef TCP_KEEPINTVL
    set_tcp_option(fd, TCP_KEEPINTVL, interval);
    set_tcp_option(fd, TCP_KEEPCNT, 5);
#endif
#ifdef TCP_USER_TIMEOUT
    int64_t all = idle + 5 * interval;
    int64_t most = c->io_timeout > all ? c->io_timeout : all;
    if (c->io_timeout > 0 && most <= INT_MAX / 1000)
        set_tcp_option(fd, TCP_USER_TIMEOUT, (int)most * 1000);
#endif
}

static void enter(struct server *s, struct conn *c)
{
    size_t fd = (size_t)c->fd;
    size_t slots = s->conns_cap;
    if (fd >= slots) {
        s->conns_cap = (fd + 1) * 2;
        s->conns = mem_resize(s->conns, s->conns_cap * sizeof s->conns[0]);
        while (slots < s->conns_cap)
            s->conns[slots++] = NULL;
    }
    s->conns[fd] = c;
    s->nconns++;
    s->naccepted++;
    idle_touch(&s->idle, c, s->now_ms);
}

/* Returns the addresses of both ends, one text behind the other. Most are
 * short, and there may be ten thousand clients: so no room is kept to spare. */
static char *both_ends(int fd)
{
    char text[256];
    size_t len;

    net_address(fd, true, text, sizeof text / 2);
    len = strlen(text) + 1;
    net_address(fd, false, text + len, sizeof text / 2);
    len += strlen(text + len) + 1;
    return memcpy(mem_alloc(len), text, len);
}

void conns_add(struct server *s, int fd)
{
    if (set_nonblocking(fd) < 0) {
        close(fd);
        return;
    }
    if (s->nconns >= (size_t)s->config.maxclients ||
        s->backend->set(s->poller, fd, 0, POLLER_READ) < 0) {
        reject(s, fd, "-ERR max number of clients reached\r\n");
        return;
    }
    /* A reply is written in one piece: there is nothing to wait for. */
    set_tcp_option(fd, TCP_NODELAY, 1);
    if (s->config.tcp_keepalive > 0)
        notice_vanished(fd, &s->config);

    struct conn *c = conn_new(fd);
    enter(s, c);
    c->polled = POLLER_READ;
    c->session.id = ++s->last_id;
    c->session.since_ms = s->now_ms;
    c->session.trusted = s->config.requirepass[0] == '\0';
    c->session.addr = both_ends(fd);
    c->quiet = s->config.loglevel == LOG_WARNING;
    if (!c->quiet)
        fprintf(stderr, "new client from %s\n", c->session.addr);
}

void conns_watch(struct server *s, struct conn *c)
{
    int events =
        (c->want_read ? POLLER_READ : 0) | (c->want_write ? POLLER_WRITE : 0);

    if (events == c->polled)
        return;
    if (s->backend->set(s->poller, c->fd, c->polled, events) < 0)
        c->want_close = true;
    c->polled = (uint16_t)events;
}

void conns_close(struct server *s, struct conn *c)
{
    if (c->polled)
        s->backend->set(s->poller, c->fd, c->polled, 0);
    s->conns[c->fd] = NULL;
    s->nconns--;
    session_end(&c->session);
    conn_detach(c);
    list_append(&s->closed, &c->turn_node);
}

static void hang_up(struct server *s, int most)
{
    for (int i = 0; i < most && !list_is_empty(&s->closed); i++)
        conn_free(container_of(s->closed.next, struct conn, turn_node));
}

void conns_hang_up(struct server *s)
{
    hang_up(s, MAX_HANG_UPS);
}

void conns_release(struct server *s)
{
    for (size_t i = 0; i < s->conns_cap; i++) {
        if (s->conns[i])
            conns_close(s, s->conns[i]);
    }
    hang_up(s, INT_MAX);
    free(s->conns);
}
