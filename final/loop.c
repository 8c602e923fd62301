/*
 * A turn has three passes: receive from all that are ready, answer, send. What
 * is done for one client in a turn is bounded, so that the others get theirs.
 */
#include "loop.h"

#include <errno.h>
#include <stdio.h>

#include "accept.h"
#include "blocking.h"
#include "clock.h"
#include "command.h"
#include "conn.h"
#include "conns.h"
#include "container_of.h"
#include "dispatch.h"
#include "idle.h"
#include "protocol.h"
#include "request.h"
#include "timers.h"

enum {
    MAX_READY = 256,     /* descriptors that one turn deals with */
    MAX_REQUESTS = 1024, /* of one client that one turn answers */
    MAX_TURN_MS = 20,    /* after which it answers but 16 of each */
    DRAIN_MS = 1000,     /* for the last replies, when the server ends */
};

/* Tells what was wrong, and reads no more from that client. */
static void refuse(struct server *s, struct conn *c, const char *error)
{
    struct reply reply = command_of(s, c).reply;

    fprintf(stderr, "%s\n", error);
    if (c->session.proto != PROTO_BINARY)
        reply_error(&reply, "%s", error);
    conn_refuse(c);
}

/* Nothing is given any more to one who waits and has gone. */
static void forget_gone(struct conn *c)
{
    if (!c->session.wait || !(c->eof || c->want_close))
        return;
    wait_free(&c->session);
    conn_refuse(c);
}

/* Answers the complete requests of c: so many a turn, and for as long as its
 * output has room. */
static void answer_requests(struct server *s, struct conn *c)
{
    size_t left = MAX_REQUESTS;
    const char *error = NULL;
    ssize_t used = 0;

    while (left > 0 && buf_size(&c->out) < CONN_MAX_OUT && !c->session.wait &&
           !c->refused && !c->want_close) {
        used = protocol_parse(s, c, &error);
        if (used <= 0)
            break;
        struct call call = command_of(s, c);
        call.args = c->request.args;
        call.nargs = c->request.nargs;
        command_run(&call);
        buf_consume(&c->in, (size_t)used);
        c->io_moved = IDLE_PROGRESS; /* that was a whole request */
        forget_gone(c);
        wait_serve(s); /* what it has added may be what others wait for */
        if (c->quitting)
            conn_refuse(c);
        if (--left % 16 == 0 && clock_now_ms() > s->now_ms + MAX_TURN_MS)
            left = 0;
    }
    if (used < 0)
        refuse(s, c, error);
    c->stalled =
        (left == 0 || buf_size(&c->out) >= CONN_MAX_OUT) && !c->session.wait;
    if (buf_size(&c->in) == 0)
        request_free(&c->request);
}

/* Nobody may make the server hold more for them than the settings say. */
static void check_limits(const struct server *s, struct conn *c)
{
    if (buf_size(&c->out) > (size_t)s->config.max_output)
        conn_drop(c, "too much output waits for");
    if (c->session.wait && buf_size(&c->in) > (size_t)s->config.max_request)
        conn_drop(c, "too much input waits from");
}

/* Ends c's turn: sends what there is for it, and decides what to wait for. */
static void finish(struct server *s, struct conn *c)
{
    conn_flush(c);
    conn_settle(c);
    idle_watch_io(&s->io, c, s->now_ms);
    check_limits(s, c);
    if (!c->want_close)
        conns_watch(s, c);
    if (c->want_close)
        conns_close(s, c);
}

/* Reads from a connection that the poller has reported. */
static void receive(struct server *s, struct conn *c, int events)
{
    /* One that sends nonsense for ever is not active, only a nuisance. */
    if (!c->refused)
        idle_touch(&s->idle, c, s->now_ms);
    if (events & (POLLER_READ | POLLER_ERROR))
        conn_fill(c); /* read() also tells what the error was */
    forget_gone(c);
    idle_wake(&s->turn, c);
}

/* Three passes: all that is ready is received, then answered, then sent. So a
 * client's replies leave in one piece, also those that another one's request
 * has caused (who waits for a member that somebody adds). */
static void serve(struct server *s, const struct poller_event *ready, int n)
{
    for (int i = 0; i < n; i++) {
        struct conn *c = conns_find(s, ready[i].fd);
        if (c)
            receive(s, c, ready[i].events);
        else if (accept_is_listener(s, ready[i].fd))
            accept_all(s, ready[i].fd);
        else
            s->stopping = true;
    }
    wait_run_timers(s);
    for (struct list *l = s->turn.next; l != &s->turn; l = l->next)
        answer_requests(s, container_of(l, struct conn, turn_node));
    while (!list_is_empty(&s->turn)) {
        struct conn *c = container_of(s->turn.next, struct conn, turn_node);
        list_detach(&c->turn_node);
        finish(s, c);
    }
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
    accept_retry(s);
    timers_run(s);
    return s->stopping ? 0 : 1;
}

int loop_init(struct server *s)
{
    list_init(&s->idle);
    list_init(&s->io);
    list_init(&s->turn);
    list_init(&s->came);
    s->backend = poller_find(s->config.poller);
    s->poller = s->backend->create();
    s->now_ms = s->started_ms = clock_now_ms();
    if (!s->poller ||
        s->backend->set(s->poller, s->stop_pipe[0], 0, POLLER_READ) < 0)
        return -1;
    return accept_init(s);
}

/* Nobody is accepted or read from any more, but what has been replied is
 * sent, for as long as the clients take it. */
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
    heap_free(&s->timeouts);
    s->backend->destroy(s->poller);
    for (size_t i = 0; i < SERVER_DBS; i++)
        keyspace_clear(&s->dbs[i]);
    hmap_clear(&s->awaited);
}
