/*
 * Everything waits in peer_step(), which polls for what can move and returns
 * after the first byte. Consumed bytes stay in memory until they are most of
 * it: a script that takes a large reply in small steps would otherwise move the
 * rest of it at each step.
 */
#include "peer.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

enum { WORTH_MOVING = 1 << 20 };

size_t peer_unread(const struct peer *p)
{
    return p->in.len - p->in_pos;
}

const char *peer_data(const struct peer *p)
{
    return p->in.at + p->in_pos;
}

void peer_consume(struct peer *p, size_t len)
{
    p->in_pos += len;
    if (p->in_pos == p->in.len) {
        p->in.len = p->in_pos = 0;
    }
}

/* Did a call fail for good? */
static bool is_broken(ssize_t n)
{
    return n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
}

static void note_end(struct peer *p, enum peer_end end)
{
    p->end = end;
    p->ended_ms = now_ms();
}

bool peer_read_some(struct peer *p)
{
    if (p->in_pos > WORTH_MOVING && p->in_pos > p->in.len / 2) {
        bytes_consume(&p->in, p->in_pos);
        p->in_pos = 0;
    }
    ssize_t n = bytes_read(&p->in, p->fd);
    if (n > 0) {
        tape_add(&p->got, p->in.at + p->in.len - n, (size_t)n);
    } else if (n == 0) {
        note_end(p, ENDED);
    } else if (is_broken(n)) {
        note_end(p, RESET);
    }
    return n >= 0;
}

/* One write() of what is waiting. A broken connection drops the rest. */
static bool write_some(struct peer *p)
{
    ssize_t n = write(p->fd, p->out.at + p->out_pos, p->out.len - p->out_pos);
    if (n > 0) {
        tape_add(&p->sent, p->out.at + p->out_pos, (size_t)n);
        p->out_pos += (size_t)n;
    } else if (is_broken(n)) {
        p->out_pos = p->out.len;
        if (errno != EPIPE) {
            note_end(p, RESET);
        }
    }
    if (p->out_pos == p->out.len) {
        p->out.len = p->out_pos = 0;
        if (p->last) {
            shutdown(p->fd, SHUT_WR);
        }
    }
    return n > 0;
}

/* Reads and writes what poll() has found. Returns whether anything changed. */
static bool move(struct peer *p, const struct pollfd *found)
{
    const int over = POLLHUP | POLLERR;
    bool moved = false;
    if ((found->events & POLLIN) && (found->revents & (POLLIN | over))) {
        moved = peer_read_some(p) || p->end != OPEN;
    }
    if ((found->events & POLLOUT) && (found->revents & (POLLOUT | over))) {
        moved = write_some(p) || p->out.len == 0 || moved;
    }
    return moved;
}

/* Waits until a byte moves, or until the deadline. Returns false if that has
 * passed, or if nothing can move any more. */
static bool peer_step(struct peer *p, bool read_too, int64_t deadline)
{
    bool reading = read_too && p->end == OPEN;
    short events =
        (short)((p->out.len > 0 ? POLLOUT : 0) | (reading ? POLLIN : 0));
    while (events) {
        struct pollfd one = {p->fd, events, 0};
        int64_t left = deadline - now_ms();
        int ready = poll(&one, 1, left > 0 ? (int)left : 0);
        if (ready == 0) {
            return false;
        }
        if (ready > 0 && move(p, &one)) {
            return true;
        }
    }
    return false;
}

bool peer_flush(struct peer *p, size_t idle_ms)
{
    while (p->out.len > 0) {
        if (!peer_step(p, p->reading, now_ms() + (int64_t)idle_ms)) {
            return false;
        }
    }
    return true;
}

bool peer_need(struct peer *p, size_t len, size_t idle_ms)
{
    size_t patience = idle_ms + p->sent.total / 10000;
    while (peer_unread(p) < len) {
        if (!peer_step(p, true, now_ms() + (int64_t)patience)) {
            return false;
        }
    }
    return true;
}

bool peer_hears(struct peer *p, size_t ms)
{
    int64_t deadline = now_ms() + (int64_t)ms;
    while (peer_unread(p) == 0 && p->end == OPEN) {
        if (!peer_step(p, true, deadline)) {
            return false;
        }
    }
    return true;
}

void peer_free(struct peer *p)
{
    bytes_free(&p->in);
    bytes_free(&p->out);
}
