/*
 * A client that blocks leaves a copy of its request. Whenever one of its keys
 * is added, that request runs again; if it replies nothing, the client goes on
 * waiting. So a blocking command is one function, and needs no second half for
 * later. Timeouts are in a heap, like the TTLs of keys.
 */
#include "blocking.h"

#include <stdlib.h>

#include "awaited.h"
#include "conn.h"
#include "container_of.h"
#include "heap.h"
#include "idle.h"
#include "mem.h"
#include "server.h"

struct wait {
    struct server *server;
    uint32_t heap_index; /* of its timeout; HEAP_NONE: it has none */
    struct saved *request;
    size_t nkeys;
    struct waiter keys[];
};

/* A request that is tried again gets here, too, if it finds nothing: then the
 * client waits already, and keeps its place among the others. */
void wait_begin(struct call *call, size_t first_key, size_t nkeys,
                uint64_t timeout_ms)
{
    struct server *s = call->server;

    if (call->came)
        return; /* it goes on waiting */

    struct wait *w = mem_zalloc(1, sizeof *w + nkeys * sizeof w->keys[0]);
    w->server = s;
    w->request = command_save(call, call->cmd);
    w->heap_index = HEAP_NONE;
    if (timeout_ms > 0)
        heap_set(&s->timeouts, &w->heap_index, s->now_ms + timeout_ms);
    w->nkeys = nkeys;
    for (size_t i = 0; i < nkeys; i++) {
        awaited_join(s, call->ks, call->args[first_key + i], &w->keys[i],
                     call->conn);
    }
    s->nwaiting++;
    call->conn->session.wait = w;
}

/* Ends the reply, and the wait. The client goes on, also with the requests that
 * it has sent meanwhile: stalled says that there may be some. */
static void release(struct call *call)
{
    command_end(call);
    wait_free(&call->conn->session);
    call->conn->stalled = true;
    idle_touch(&call->server->idle, call->conn, call->server->now_ms);
    idle_wake(&call->server->turn, call->conn);
}

/* Runs the request again, for a key that was added. What reply_begin() wrote is
 * taken back if nothing follows. Returns whether there was something for the
 * client. */
static bool try_again(struct server *s, struct conn *c, const struct slice *key)
{
    struct call call = command_of(s, c);
    const struct saved *request = c->session.wait->request;

    call.args = request->args;
    call.nargs = request->nargs;
    call.came = key;
    reply_begin(&call.reply);
    size_t size = buf_size(call.reply.out);
    command_call(&call, request->cmd);
    if (buf_size(call.reply.out) == size && !call.reply.too_big) {
        buf_truncate(call.reply.out, call.reply.start);
        return false;
    }
    release(&call);
    return true;
}

/* The clients of a key are served in the order in which they blocked, until one
 * finds nothing. Then the key is gone or of another type, and the others would
 * find nothing, either. */
void wait_serve(struct server *s)
{
    while (!list_is_empty(&s->came)) {
        struct awaited *a = container_of(s->came.next, struct awaited, came);
        bool served = true;
        while (served && !list_is_empty(&a->blocked)) {
            const struct waiter *first =
                container_of(a->blocked.next, struct waiter, node);
            served = try_again(s, first->conn, &a->key);
        }
        awaited_served(a);
    }
}

uint64_t wait_deadline(const struct server *s)
{
    return s->timeouts.size > 0 ? s->timeouts.items[0].at : UINT64_MAX;
}

/* The heap knows the wait, and its first key (there is one) the client. */
void wait_run_timers(struct server *s)
{
    while (wait_deadline(s) <= s->now_ms) {
        const struct wait *w =
            container_of(s->timeouts.items[0].index, struct wait, heap_index);
        struct call call = command_of(s, w->keys[0].conn);
        reply_begin(&call.reply);
        reply_null_arr(&call.reply);
        release(&call);
    }
}

/* The session owns the wait, so this runs when the client is served, when its
 * timeout ends, and when the connection closes. */
void wait_free(struct session *s)
{
    struct wait *w = s->wait;

    if (!w)
        return;
    for (size_t i = 0; i < w->nkeys; i++)
        awaited_leave(&w->keys[i]);
    heap_remove(&w->server->timeouts, &w->heap_index);
    w->server->nwaiting--;
    free(w->request);
    free(w);
    s->wait = NULL;
}

/* A member that was given to a client which has disconnected would be lost: it
 * is out of the set, and nobody reads the reply. */
void wait_forget_gone(struct conn *c)
{
    if (!c->session.wait || !(c->eof || c->want_close))
        return;
    wait_free(&c->session);
    conn_refuse(c);
}
