/*
 * The queue is a list of saved requests; the watches are a hashtable, so that
 * watching a key again costs only a look-up. EXEC first takes both out of the
 * session, and then runs the queue: its commands run as if outside of MULTI.
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

/* Allocated when it is first used: most clients never use transactions. */
static struct multi *multi_of(struct session *s)
{
    if (!s->multi) {
        s->multi = mem_zalloc(1, sizeof *s->multi);
        s->multi->last = &s->multi->first;
    }
    return s->multi;
}

/* Counts what is kept for a client, which is at most as much as one request may
 * be: otherwise it could fill the memory with many small ones. */
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

/* last points to the NULL at the end of the list, so that the first request is
 * not a special case. */
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

/* For hmap_foreach(), which lets a visit free its node. */
static bool forget_watch(struct hnode *node, void *arg)
{
    struct watch *w = watch_of(node);

    (void)arg;
    awaited_leave(&w->waiter);
    free(w);
    return true;
}

/* Frees a transaction that is not in a session any more, or will not be. */
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

/* The error becomes a part of another one, so its "ERR " is cut off. */
void multi_abort(struct call *call, const char *error)
{
    multi_free(&call->conn->session);
    reply_error(&call->reply, "EXECABORT Transaction discarded because of: %s",
                strncmp(error, "ERR ", 4) == 0 ? error + 4 : error);
}

/* Has the watched key changed? Looking it up removes an entry that has expired,
 * and that is a change. The first key that has changed ends the walk. */
static bool find_change(struct hnode *node, void *changed)
{
    const struct watch *w = watch_of(node);

    keyspace_find(w->ks, w->key);
    *(bool *)changed = w->waiter.changed;
    return !*(bool *)changed;
}

/* Each command gets a copy of the call with arguments of its own, and writes
 * its reply behind the others, as an element of one array. What it changes in
 * the session holds for the next: HELLO its protocol, SELECT its database. */
static void run_queue(struct call *call, const struct multi *m)
{
    reply_arr(&call->reply, m->nqueued);
    for (const struct saved *s = m->first; s; s = s->next) {
        struct call one = *call;
        one.args = s->args;
        one.nargs = s->nargs;
        one.in_exec = true;
        one.may_pause = false;
        one.reply.proto = call->conn->session.proto; /* HELLO changes it */
        command_call(&one, s->cmd);
        call->reply.too_big = one.reply.too_big;
    }
}

/* There is one thread, so no other request can come in between: neither while
 * the watches are checked, nor from there to the end of the queue. */
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
    forget(m);
}

static bool same_watch(const struct hnode *node, const struct hnode *key)
{
    const struct watch *a = watch_of(node);
    const struct watch *b = watch_of(key);

    return a->ks == b->ks && slice_eq(a->key, b->key);
}

/* A key that is watched already stays as it is, so that an earlier change is
 * not forgotten. The record of the key in awaited.c is charged, too. */
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
