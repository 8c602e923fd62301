/*
 * A turn has three passes: receive from all that are ready, answer, send. How
 * long it answers is bounded. Clients whose requests are still to be answered
 * then stay on s->turn, in front, and the next turn begins at once.
 */
#include "loop.h"

#include <errno.h>
#include <stdio.h>

#include "accept.h"
#include "batch.h"
#include "blocking.h"
#include "clock.h"
#include "conn.h"
#include "conns.h"
#include "container_of.h"
#include "idle.h"
#include "timers.h"

enum {
    MAX_READY = 64,  /* descriptors that one turn deals with */
    DRAIN_MS = 1000, /* for the last replies, when the server ends */
};

/* No client may make the server hold more for it than the settings say. */
static void check_limits(const struct server *s, struct conn *c)
{
    if (buf_size(&c->out) > (size_t)s->config.max_output)
        conn_drop(c, "too much output waits for");
    if (c->session.wait && buf_size(&c->in) > (size_t)s->config.max_request)
        conn_drop(c, "too much input waits from");
}

/* Ends c's turn: sends what there is for it, and decides what to wait for;
 * nothing, if it has requests that we have not come to. */
static void finish(struct server *s, struct conn *c)
{
    conn_flush(c);
    bool goes_on = c->stalled && batch_can_run(c);
    if (!goes_on)
        conn_settle(c);
    idle_watch_io(&s->io, c, s->now_ms);
    check_limits(s, c);
    if (!c->want_close && !goes_on)
        conns_watch(s, c);
    if (c->want_close)
        conns_close(s, c);
    else if (goes_on)
        idle_wake(&s->turn, c);
}

static struct conn *take_first(struct list *turn)
{
    struct conn *c = container_of(turn->next, struct conn, turn_node);

    list_detach(&c->turn_node);
    return c;
}

/* Clients that this turn has not served go first, here and in the next one. */
static void finish_all(struct server *s)
{
    struct list *from[] = {&s->turn, &s->done};
    struct list unserved;
    struct list served;

    list_init(&unserved);
    list_init(&served);
    for (int i = 0; i < 2; i++) {
        while (!list_is_empty(from[i])) {
            struct conn *c = take_first(from[i]);
            list_append(c->served ? &served : &unserved, &c->turn_node);
            c->served = false;
        }
    }
    while (!list_is_empty(&unserved))
        finish(s, take_first(&unserved));
    while (!list_is_empty(&served))
        finish(s, take_first(&served));
}

/* Reads from a connection that the poller has reported. */
static void receive(struct server *s, struct conn *c, int events)
{
    /* A refused client that goes on sending does not prolong its stay. */
    if (!c->refused)
        idle_touch(&s->idle, c, s->now_ms);
    bool waits = !list_is_empty(&c->turn_node); /* with requests for us */
    if (events & (POLLER_READ | POLLER_ERROR) && !waits)
        conn_fill(c); /* read() also tells what the error was */
    wait_forget_gone(c);
    idle_wake(&s->turn, c);
}

/* Three passes: all that is ready is received, then answered, then sent. So a
 * client's replies leave in one piece, also a reply that another client's
 * request has caused (it waits for a member, and that one adds it). */
static void serve(struct server *s, const struct poller_event *ready, int n)
{
    for (int i = 0; i < n; i++) {
        struct conn *c = conns_find(s, ready[i].fd);
        if (c)
            receive(s, c, ready[i].events);
        else if (ready[i].fd == s->stop_pipe[0])
            s->stopping = true;
        else if (!accept_from(s, ready[i].fd)) /* nobody's: not again */
            s->backend->set(s->poller, ready[i].fd, ready[i].events, 0);
    }
    wait_run_timers(s);
    batch_answer(s);
    finish_all(s);
}

int loop_turn(struct server *s)
{
    struct poller_event ready[MAX_READY];
    int n = s->backend->wait(s->poller, ready, MAX_READY, timers_wait_ms(s));

    if (n < 0 && errno != EINTR)
        return -1;
    s->now_ms = clock_now_ms();
    for (size_t i = 0; i < SERVER_DBS; i++)
        s->dbs[i].now_ms = s->now_ms;
    serve(s, ready, n);
    conns_hang_up(s);
    accept_retry(s);
    timers_run(s);
    return s->stopping ? 0 : 1;
}

int loop_init(struct server *s)
{
    list_init(&s->idle);
    list_init(&s->io);
    list_init(&s->turn);
    list_init(&s->closed);
    list_init(&s->done);
    s->batch = batch_new();
    list_init(&s->came);
    s->backend = poller_find(s->config.poller);
    s->poller = s->backend->create();
    s->now_ms = s->started_ms = clock_now_ms();
    if (!s->poller ||
        s->backend->set(s->poller, s->stop_pipe[0], 0, POLLER_READ) < 0)
        return -1;
    return accept_init(s);
}

/* No client is accepted or read from any more. What has been replied is sent,
 * if the clients take it soon enough. */
void loop_drain(struct server *s)
{
    accept_end(s);
    s->backend->set(s->poller, s->stop_pipe[0], POLLER_READ, 0);
    for (size_t i = 0; i < s->conns_cap; i++) {
        if (!s->conns[i])
            continue;
        conn_refuse(s->conns[i]);
        if (buf_size(&s->conns[i]->out) == 0)
            conns_close(s, s->conns[i]);
        else
            idle_wake(&s->turn, s->conns[i]);
    }
    s->drain_ms = s->now_ms + DRAIN_MS;
    s->stopping = false;
    while (s->nconns > 0 && s->now_ms < s->drain_ms && loop_turn(s) > 0)
        ;
}

void loop_release(struct server *s)
{
    conns_release(s);
    batch_free(s->batch);
    heap_free(&s->timeouts);
    s->backend->destroy(s->poller);
    for (size_t i = 0; i < SERVER_DBS; i++)
        keyspace_clear(&s->dbs[i]);
    hmap_clear(&s->awaited);
}
