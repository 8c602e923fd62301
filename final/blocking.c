#include "blocking.h"

#include <stdlib.h>

#include "conn.h"
#include "container_of.h"
#include "heap.h"
#include "loop.h"
#include "mem.h"
#include "server.h"

struct wait {
    struct list node; /* on server.waiting */
    struct conn *conn;
    struct heap *timeouts;
    size_t heap_index; /* where its time is; HEAP_NONE: it waits for ever */
    struct saved *request;
};

void wait_begin(struct call *call, uint64_t timeout_ms)
{
    struct server *s = call->server;

    if (call->retried)
        return; /* it goes on waiting */

    struct wait *w = mem_zalloc(1, sizeof *w);
    w->conn = call->conn;
    w->request = command_save(call, call->cmd);
    w->timeouts = &s->timeouts;
    w->heap_index = HEAP_NONE;
    if (timeout_ms > 0)
        heap_set(w->timeouts, &w->heap_index, s->now_ms + timeout_ms);
    list_init(&w->node);
    list_append(&s->waiting, &w->node);
    call->conn->session.wait = w;
}

void wait_signal(struct server *s)
{
    s->zset_grown = true;
}

/* The client goes on: with the requests that it sent meanwhile, too. */
static void release(struct server *s, struct conn *c)
{
    wait_free(&c->session);
    c->stalled = true;
    loop_wake(s, c);
}

static void try_again(struct server *s, struct conn *c)
{
    struct call call = command_of(s, c);
    const struct saved *request = c->session.wait->request;

    call.args = request->args;
    call.nargs = request->nargs;
    call.retried = true;
    reply_begin(&call.reply);
    size_t size = buf_size(call.reply.out);
    command_call(&call, request->cmd);
    if (buf_size(call.reply.out) == size) {
        buf_truncate(call.reply.out, call.reply.start);
        return;
    }
    command_end(&call);
    release(s, c);
}

void wait_serve(struct server *s)
{
    struct list *next;

    if (!s->zset_grown)
        return;
    s->zset_grown = false;
    for (struct list *l = s->waiting.next; l != &s->waiting; l = next) {
        next = l->next;
        try_again(s, container_of(l, struct wait, node)->conn);
    }
}

uint64_t wait_deadline(const struct server *s)
{
    return s->timeouts.size > 0 ? s->timeouts.items[0].at : UINT64_MAX;
}

void wait_run_timers(struct server *s)
{
    while (wait_deadline(s) <= s->now_ms) {
        struct conn *c = container_of(s->timeouts.items[0].index, struct wait,
                                      heap_index)->conn;
        struct call call = command_of(s, c);
        reply_begin(&call.reply);
        reply_null_arr(&call.reply);
        command_end(&call);
        release(s, c);
    }
}

void wait_free(struct session *s)
{
    struct wait *w = s->wait;

    if (!w)
        return;
    list_detach(&w->node);
    heap_remove(w->timeouts, &w->heap_index);
    free(w->request);
    free(w);
    s->wait = NULL;
}
