/*
 * The queue is a list of saved requests; the watches are a hashtable, so that
 * watching a key again costs a look-up.
 */
#include "multi.h"

#include <stdlib.h>
#include <string.h>

#include "awaited.h"
#include "conn.h"
#include "container_of.h"
#include "hash.h"
#include "keyspace.h"
#include "mem.h"
#include "server.h"

struct watch {
    struct hnode node; /* in multi.watches */
    struct keyspace *ks;
    struct waiter waiter; /* is told of changes */
    struct slice key;     /* its bytes follow */
};

struct multi {
    bool open;
    bool failed;
    size_t size; /* of what it holds, in bytes */
    size_t nqueued;
    struct saved *first;
    struct saved **last; /* the NULL at the queue's end */
    struct hmap watches; /* by database and key */
};

static struct multi *multi_of(struct session *s)
{
    if (!s->multi) {
        s->multi = mem_zalloc(1, sizeof *s->multi);
        s->multi->last = &s->multi->first;
    }
    return s->multi;
}

/* What one client may have kept is as much as one request may be. */
static void charge(struct call *call, struct multi *m, size_t size)
{
    m->size += size;
    if (m->size > (size_t)call->server->config.max_request)
        conn_drop(call->conn, "too large a transaction of");
}

void multi_open(struct session *s)
{
    multi_of(s)->open = true;
}

bool multi_is_open(const struct session *s)
{
    return s->multi && s->multi->open;
}

void multi_fail(struct session *s)
{
    if (multi_is_open(s))
        s->multi->failed = true;
}

void multi_queue(struct call *call, const struct command *cmd)
{
    struct multi *m = multi_of(&call->conn->session);

    *m->last = command_save(call, cmd);
    charge(call, m, (*m->last)->size);
    m->last = &(*m->last)->next;
    m->nqueued++;
    reply_status(&call->reply, "QUEUED");
}

static struct watch *watch_of(const struct hnode *node)
{
    return container_of(node, struct watch, node);
}

static bool forget_watch(struct hnode *node, void *arg)
{
    struct watch *w = watch_of(node);

    (void)arg;
    awaited_leave(&w->waiter);
    free(w);
    return true;
}

static void forget(struct multi *m)
{
    while (m->first) {
        struct saved *next = m->first->next;
        free(m->first);
        m->first = next;
    }
    hmap_foreach(&m->watches, forget_watch, NULL);
    hmap_clear(&m->watches);
    free(m);
}

void multi_free(struct session *s)
{
    if (s->multi)
        forget(s->multi);
    s->multi = NULL;
}

void multi_abort(struct call *call, const char *error)
{
    multi_free(&call->conn->session);
    reply_error(&call->reply, "EXECABORT Transaction discarded because of: %s",
                strncmp(error, "ERR ", 4) == 0 ? error + 4 : error);
}

/* Looking for the key removes an entry that has expired, which is a change. */
static bool find_change(struct hnode *node, void *changed)
{
    const struct watch *w = watch_of(node);

    keyspace_find(w->ks, w->key);
    *(bool *)changed = w->waiter.changed;
    return !*(bool *)changed;
}

static void run_queue(struct call *call, const struct multi *m)
{
    reply_arr(&call->reply, m->nqueued);
    for (const struct saved *s = m->first; s; s = s->next) {
        struct call one = *call;
        one.args = s->args;
        one.nargs = s->nargs;
        one.in_exec = true;
        one.reply.proto = call->conn->session.proto; /* HELLO changes it */
        command_call(&one, s->cmd);
        call->reply.too_big = one.reply.too_big;
    }
}

void multi_exec(struct call *call)
{
    struct session *session = &call->conn->session;
    struct multi *m = session->multi;
    bool changed = false;

    hmap_foreach(&m->watches, find_change, &changed);
    session->multi = NULL; /* the commands in the queue are not queued again */
    if (m->failed)
        reply_error(&call->reply, "EXECABORT Transaction discarded because of "
                                  "previous errors.");
    else if (changed)
        reply_null_arr(&call->reply);
    else
        run_queue(call, m);
    multi_free(session); /* what the queue itself may have watched */
    forget(m);
}

static bool same_watch(const struct hnode *node, const struct hnode *key)
{
    const struct watch *a = watch_of(node);
    const struct watch *b = watch_of(key);

    return a->ks == b->ks && slice_eq(a->key, b->key);
}

void multi_watch(struct call *call, struct slice key)
{
    struct multi *m = multi_of(&call->conn->session);
    struct watch wanted = {.node = {.hcode = (uint32_t)hash_bytes(key),
                                    .length = (uint32_t)key.len},
                           .ks = call->ks,
                           .key = key};

    if (hmap_lookup(&m->watches, &wanted.node, same_watch))
        return;
    struct watch *w = mem_alloc(sizeof *w + key.len);
    *w = wanted;
    w->key.data = memcpy(w + 1, key.data, key.len);
    awaited_watch(call->server, call->ks, key, &w->waiter);
    hmap_insert(&m->watches, &w->node);
    charge(call, m, sizeof *w + sizeof *w->waiter.key + 2 * key.len);
}
