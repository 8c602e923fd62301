/*
 * A round takes a few requests from every client, looks up their keys and runs
 * them. Rounds go on until there are no more requests, or the turn has lasted a
 * millisecond. A request that depends on what runs before it cannot be gathered
 * with that: see may_follow().
 */
#include "batch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "blocking.h"
#include "clock.h"
#include "command.h"
#include "conn.h"
#include "container_of.h"
#include "dispatch.h"
#include "idle.h"
#include "mem.h"
#include "protocol.h"
#include "request.h"

enum {
    BATCH_SIZE = 256,     /* requests of a round */
    BATCH_SHARE = 64,     /* of one client */
    BATCH_KEEP_ARGS = 64, /* room for more arguments is not kept */
    TURN_US = 1000,       /* after which the others get their turn */
    WORK_PER_LOOK = 32,   /* done between two looks at the clock: work_of() */
};

/* A request that is to run. */
struct planned {
    struct conn *conn;
    struct request request; /* arguments in the client's input */
    size_t size;            /* bytes of the input that it takes */
    const struct command *cmd; /* NULL: something is wrong with it */
    uint32_t hcode;            /* of its first key */
};

struct batch {
    size_t size;
    size_t work; /* done since the last look at the clock */
    struct partial *spare; /* for parsing; NULL: somebody has kept it */
    struct planned plan[BATCH_SIZE];
};

struct batch *batch_new(void)
{
    return mem_zalloc(1, sizeof(struct batch));
}

void batch_free(struct batch *b)
{
    for (size_t i = 0; i < BATCH_SIZE; i++)
        request_free(&b->plan[i].request);
    if (b->spare)
        request_free(&b->spare->request);
    free(b->spare);
    free(b);
}

bool batch_can_run(const struct conn *c)
{
    size_t most = c->session.trusted ? CONN_MAX_OUT : CONN_MAX_OUT_UNKNOWN;

    return buf_size(&c->out) < most && !c->session.wait && !c->refused &&
           !c->want_close;
}

/* Notes that requests of c wait for us, unless it is blocked or refused. */
static void stall(struct conn *c)
{
    c->stalled = !c->session.wait && !c->refused;
}

/* Drops what is planned for c: it will be parsed again. */
static void forget(struct conn *c)
{
    c->nplanned = 0;
    c->planned = 0;
    stall(c);
    conn_drop_partial(c);
}

/* An error may quote a byte that the client has sent. In the log, which people
 * read on terminals, a newline or an ESC would do harm. */
static void log_error(const char *error)
{
    char line[256] = "";
    size_t len = 0;

    for (; *error && len < sizeof line - sizeof "\\xff"; error++)
        len += (size_t)snprintf(line + len, sizeof line - len,
                                isprint((uint8_t)*error) ? "%c" : "\\x%02x",
                                (uint8_t)*error);
    fprintf(stderr, "%s\n", line);
}

/* Tells the client what was wrong, and reads no more from it. */
static void refuse_request(struct server *s, struct conn *c, const char *error)
{
    struct reply reply = command_of(s, c).reply;

    log_error(error);
    if (c->session.proto != PROTO_BINARY)
        reply_error(&reply, "%s", error);
    conn_refuse(c);
}

/* May the next request be parsed before the planned ones have run? A typed line
 * may not: it is decoded in place, and could not be parsed again if the plan
 * were dropped. And before a client has authenticated none may, because a
 * password changes what the parser allows. */
static bool may_follow(const struct server *s, const struct conn *c)
{
    if (c->nplanned == 0)
        return true;
    return !protocol_is_typed(c, c->planned) &&
           conn_is_trusted(c, s->config.requirepass);
}

/* Returns what c's next request is parsed into: its own, if part of it has been
 * parsed already, or else the batch's, which all clients share. */
static struct partial *partial_of(struct batch *b, struct conn *c)
{
    if (c->partial)
        return c->partial;
    if (!b->spare)
        b->spare = mem_zalloc(1, sizeof *b->spare);
    b->spare->request.nargs = 0;
    return b->spare;
}

/* The request is not complete: c keeps what the parser knows of it. */
static void keep_partial(struct batch *b, struct conn *c)
{
    if (!c->partial && b->spare->resp.seen + b->spare->resp.at > 0) {
        c->partial = b->spare;
        b->spare = NULL;
    }
}

/* Moves a complete request into the plan. In exchange part gets the plan's old
 * array of arguments, so that none has to be allocated. */
static void add_to_plan(struct batch *b, struct conn *c, struct partial *part,
                        size_t size)
{
    struct planned *p = &b->plan[b->size++];
    struct request room = p->request;

    *p = (struct planned){.conn = c, .request = part->request, .size = size};
    part->request = room;
    conn_drop_partial(c);
    c->planned += size;
    c->nplanned++;
}

enum found { NONE, ONE, LATER };

/* Plans the next request of c. Returns NONE if none is complete, and
 * LATER if it must wait until those before it have run. */
static enum found plan_one(struct server *s, struct conn *c)
{
    const char *error = NULL;

    if (!may_follow(s, c))
        return LATER;
    struct partial *part = partial_of(s->batch, c);
    ssize_t used = protocol_parse(s, c, c->planned, part, &error);
    if (used > 0) {
        add_to_plan(s->batch, c, part, (size_t)used);
        return ONE;
    }
    if (used == 0) {
        keep_partial(s->batch, c);
        return NONE;
    }
    part->resp = (struct resp){0};
    conn_drop_partial(c);
    if (c->nplanned > 0)
        return LATER; /* the error is told when it is first */
    refuse_request(s, c, error);
    return NONE;
}

/* Plans c's share of requests. Returns whether it may have more of them. */
static bool plan_some(struct server *s, struct conn *c)
{
    enum found found = ONE;

    for (int left = BATCH_SHARE; found == ONE; left--) {
        if (left == 0 || s->batch->size == BATCH_SIZE)
            return true;
        if (!batch_can_run(c)) {
            stall(c);
            return false;
        }
        found = plan_one(s, c);
    }
    return found == LATER;
}

/* Takes requests from one client on the list after another, until the plan is
 * full. A typed line is decoded in place, so it must not be dropped. So it
 * begins the next round: the first request of a round always runs. */
static void gather(struct server *s)
{
    const struct list *last = s->turn.prev;
    struct list *at = NULL;

    s->batch->size = 0;
    while (!list_is_empty(&s->turn) && at != last &&
           s->batch->size < BATCH_SIZE) {
        at = s->turn.next;
        struct conn *c = container_of(at, struct conn, turn_node);
        if (s->batch->size > 0 && protocol_is_typed(c, 0))
            break;
        c->stalled = false;
        list_detach(at);
        list_append(plan_some(s, c) ? &s->turn : &s->done, at);
    }
}

static struct call call_of(struct server *s, const struct planned *p)
{
    struct call call = command_of(s, p->conn);

    call.args = p->request.args;
    call.nargs = p->request.nargs;
    call.cmd = p->cmd;
    /* A typed line is decoded in place: it cannot be parsed again. */
    call.may_pause = !protocol_is_typed(p->conn, 0);
    return call;
}

static bool has_key(const struct planned *p)
{
    return p->cmd && p->cmd->first_key > 0;
}

static struct slice first_key(const struct planned *p)
{
    return p->request.args[p->cmd->first_key];
}

/* Finds the rows, and starts fetching the memory that the keys will need: first
 * their slots, then what is there, then what is behind that. Each pass
 * needs what the one before it has fetched. */
static void look_up(struct server *s)
{
    struct batch *b = s->batch;

    for (size_t i = 0; i < b->size; i++) {
        struct planned *p = &b->plan[i];
        const struct session *session = &p->conn->session;
        p->cmd = command_find(p->request.args, p->request.nargs,
                              session->proto != PROTO_BINARY);
        if (has_key(p))
            p->hcode = keyspace_expect(&s->dbs[session->db], first_key(p));
    }
    for (size_t i = 0; i < b->size; i++) {
        const struct planned *p = &b->plan[i];
        if (has_key(p))
            keyspace_expect_first(&s->dbs[p->conn->session.db], p->hcode);
    }
    for (size_t i = 0; i < b->size; i++) {
        const struct planned *p = &b->plan[i];
        if (has_key(p))
            keyspace_expect_second(&s->dbs[p->conn->session.db], p->hcode);
    }
}

/* The request leaves the client's input only when it has run: until then its
 * arguments are slices of that. If it has added what others wait for, they are
 * served at once, and get their replies in this turn. */
static void run_one(struct server *s, struct planned *p)
{
    struct conn *c = p->conn;
    struct keyspace *ks = &s->dbs[c->session.db];
    struct call call = call_of(s, p);

    if (has_key(p))
        keyspace_remember_hash(ks, first_key(p), p->hcode);
    command_run(&call);
    keyspace_forget_hash(ks);
    c->served = true;
    if (call.paused) {
        forget(c); /* the next turn finds it again, and goes on */
        return;
    }
    c->nplanned--;
    c->planned -= p->size;
    buf_consume(&c->in, p->size);
    c->io_moved = IDLE_PROGRESS; /* that was a whole request */
    wait_forget_gone(c);
    wait_serve(s); /* what it has added may be what others wait for */
    if (c->quitting)
        conn_refuse(c);
    if (p->request.cap > BATCH_KEEP_ARGS)
        request_free(&p->request);
}

/* Estimates how much work a request was, in ordinary requests, from its
 * arguments and its reply. A command that is not marked as fast may take any
 * time, whatever it replies: after it, the clock must be read. */
static size_t work_of(const struct planned *p, size_t replied)
{
    if (!p->cmd || !(p->cmd->flags & (CMD_FAST | CMD_SHORT)))
        return WORK_PER_LOOK;
    return 1 + replied / 512 + p->request.nargs / 8;
}

/* Runs the plan, for as long as there is time. The clock is read after a
 * request, so that the first one always runs. Returns whether there is time
 * left. */
static bool run(struct server *s, uint64_t end_us)
{
    struct batch *b = s->batch;
    bool in_time = true;

    for (size_t i = 0; i < b->size; i++) {
        struct planned *p = &b->plan[i];
        struct conn *c = p->conn;
        if (c->nplanned == 0)
            continue; /* forgotten */
        if (!in_time || !batch_can_run(c)) {
            forget(c);
            continue;
        }
        size_t unsent = buf_size(&c->out);
        run_one(s, p);
        b->work += work_of(p, buf_size(&c->out) - unsent);
        if (c->nplanned > 0 && !conn_is_trusted(c, s->config.requirepass))
            forget(c); /* after RESET the parser allows less */
        if (b->work >= WORK_PER_LOOK) {
            in_time = clock_now_us() < end_us;
            b->work = 0;
        }
    }
    return in_time;
}

void batch_answer(struct server *s)
{
    uint64_t end_us = clock_now_us() + TURN_US;

    s->batch->work = 0; /* every turn gets on a little, however late it is */
    do
        gather(s);
    while (s->batch->size > 0 && (look_up(s), run(s, end_us)));
    for (struct list *l = s->turn.next; l != &s->turn; l = l->next)
        stall(container_of(l, struct conn, turn_node));
}
