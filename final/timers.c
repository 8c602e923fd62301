/*
 * Each source of timers knows its own earliest deadline in O(1); the earliest
 * of those is what the poller may wait for.
 */
#include "timers.h"

#include <limits.h>
#include <stdio.h>

#include "accept.h"
#include "blocking.h"
#include "clock.h"
#include "conn.h"
#include "conns.h"
#include "idle.h"
#include "keyspace.h"

/* What one turn spends on keys that have expired, in all databases. A million
 * of them that expire together must not make everybody wait. Work is counted;
 * but keys that nobody has used for a while may have to come from far away, and
 * cost a hundred times as much. So the clock is read, too, now and then. */
enum {
    EXPIRY_WORK = 300,
    EXPIRY_PER_LOOK = 10,
    EXPIRY_US = 500,
};

/* Returns when what began then exceeds a limit in seconds, if that is not 0. */
static uint64_t overdue(uint64_t since_ms, int64_t seconds)
{
    return seconds > 0 ? since_ms + (uint64_t)seconds * 1000 : UINT64_MAX;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t idle_deadline(const struct server *s)
{
    const struct conn *oldest = idle_first(&s->idle);

    return oldest ? overdue(oldest->last_active_ms, s->config.timeout)
                  : UINT64_MAX;
}

static uint64_t io_deadline(const struct server *s)
{
    const struct conn *slowest = idle_first_io(&s->io);

    return slowest ? overdue(slowest->io_since_ms, s->config.io_timeout)
                   : UINT64_MAX;
}

static uint64_t expiry_deadline(const struct server *s)
{
    uint64_t deadline = UINT64_MAX;

    for (size_t i = 0; i < SERVER_DBS; i++) {
        const struct heap *expiries = &s->dbs[i].expiries;
        if (expiries->size > 0)
            deadline = earlier(deadline, expiries->items[0].at);
    }
    return deadline;
}

/* Now is when the last turn began, so that the clock is read once per turn. A
 * timer may be late by as long as that turn took. */
int timers_wait_ms(const struct server *s)
{
    uint64_t deadline = UINT64_MAX;

    if (!list_is_empty(&s->turn))
        return 0; /* there are requests left from the last turn */
    deadline = earlier(deadline, idle_deadline(s));
    deadline = earlier(deadline, io_deadline(s));
    deadline = earlier(deadline, expiry_deadline(s));
    deadline = earlier(deadline, wait_deadline(s));
    deadline = earlier(deadline, accept_deadline(s));
    if (s->drain_ms > 0)
        deadline = earlier(deadline, s->drain_ms);
    if (!list_is_empty(&s->closed))
        deadline = s->now_ms; /* the next turn goes on hanging up */

    if (deadline == UINT64_MAX)
        return -1;
    if (deadline <= s->now_ms)
        return 0;
    uint64_t left = deadline - s->now_ms;
    return left < INT_MAX ? (int)left : INT_MAX;
}

/* What one turn spends on connections that time out together: each costs a line
 * in the log, and a call of the system's. */
enum { MAX_TIMEOUTS = 50 };

static void close_idle(struct server *s)
{
    for (int left = MAX_TIMEOUTS; left > 0; left--) {
        struct conn *c = idle_first(&s->idle);
        if (idle_deadline(s) > s->now_ms)
            return;
        if (c->session.wait) { /* it is we who keep it waiting */
            idle_touch(&s->idle, c, s->now_ms);
            continue;
        }
        fprintf(stderr, "removing idle connection: %d\n", c->fd);
        conns_close(s, c);
    }
}

static void close_stalled(struct server *s)
{
    for (int left = MAX_TIMEOUTS; left > 0; left--) {
        struct conn *c = idle_first_io(&s->io);
        if (io_deadline(s) > s->now_ms)
            return;
        fprintf(stderr, "removing stalled connection: %d\n", c->fd);
        conns_close(s, c);
    }
}

static void remove_expired(struct server *s)
{
    if (expiry_deadline(s) > s->now_ms)
        return;

    uint64_t end_us = clock_now_us() + EXPIRY_US;
    for (int looks = EXPIRY_WORK / EXPIRY_PER_LOOK; looks > 0; looks--) {
        size_t left = EXPIRY_PER_LOOK;
        for (size_t i = 0; i < SERVER_DBS && left > 0; i++)
            left = keyspace_remove_due(&s->dbs[i], left);
        if (left > 0 || clock_now_us() >= end_us)
            return;
    }
}

void timers_run(struct server *s)
{
    close_idle(s);
    close_stalled(s);
    remove_expired(s);
}
