/*
 * One thread and epoll. A client sends all requests of its pipeline at once,
 * waits for all the answers, and then sends the next requests. It does not
 * change its requests while it waits, so each answer can be compared with its
 * own request.
 */
#include "clients.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "common.h"
#include "words.h"

enum { MOST_EVENTS = 256, IN_SIZE = 256 * 1024 };

struct client {
    int fd;
    struct request *requests; /* as many as the pipeline is deep */
    size_t *starts;           /* where each begins in `out` */
    char *out;
    size_t out_len, sent;
    unsigned asked;    /* how many of the requests are under way, */
    unsigned answered; /* and how many of these have their answer */
    uint64_t since_ns; /* when they were sent */
    char *in;
    size_t in_len;
    int watching_out;
};

/* ---- connections ---- */

static void hear_first(int fd, enum protocol protocol)
{
    char in[256];
    size_t n = 0;
    long len = 0;
    struct answer a;

    while (len == 0) {
        ssize_t some;
        await(fd, 0);
        some = recv(fd, in + n, sizeof(in) - n, 0);
        if (some <= 0)
            die("the server hung up at the first request");
        n += (size_t)some;
        len = n < sizeof(in) ? answer_read(protocol, in, n, &a) : -1;
    }
    if (len < 0)
        die("the server sent a malformed answer");
}

/* All are connected before the first one sends anything: a server may have to
 * accept them all at once. The caller must free the array. */
static int *open_many(const struct plan *plan, unsigned n)
{
    int *fds = must_alloc(n * sizeof(*fds));
    const struct words *w = words_of(plan->protocol);

    for (unsigned i = 0; i < n; i++)
        fds[i] = connect_to(plan->port);
    for (unsigned i = 0; i < n; i++) {
        finish_connecting(fds[i]);
        send_all(fds[i], w->ping, w->ping_len);
    }
    for (unsigned i = 0; i < n; i++)
        hear_first(fds[i], plan->protocol);
    return fds;
}

static void watch(struct clients *c, struct client *one, int op, int out)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = one};

    if (out)
        e.events |= EPOLLOUT;
    one->watching_out = out;
    if (epoll_ctl(c->epoll, op, one->fd, &e) < 0)
        die_errno("epoll_ctl");
}

/* Writes the client's requests, one of each op in `order`. */
static void prepare(struct client *one, const struct plan *p,
                    const struct op **order)
{
    size_t len = 0;

    one->requests = must_alloc(p->pipeline * sizeof(*one->requests));
    one->starts = must_alloc((p->pipeline + 1) * sizeof(*one->starts));
    for (unsigned i = 0; i < p->pipeline; i++) {
        len += request_write(&one->requests[i], NULL, order[i], p->protocol,
                             p->value_size, p->keys);
        one->starts[i + 1] = len;
    }
    one->out = must_alloc(len);
    for (unsigned i = 0; i < p->pipeline; i++)
        request_write(&one->requests[i], one->out + one->starts[i], order[i],
                      p->protocol, p->value_size, p->keys);
    one->in = must_alloc(IN_SIZE);
}

static void prepare_all(struct clients *c)
{
    const struct plan *p = c->plan;
    size_t n = (size_t)p->connections * p->pipeline;
    const struct op **order = must_alloc(n * sizeof(*order));

    mix_deal(p->shares, p->nshares, order, n, &c->numbers.random);
    c->all = must_alloc(p->connections * sizeof(*c->all));
    for (unsigned i = 0; i < p->connections; i++)
        prepare(&c->all[i], p, order + (size_t)i * p->pipeline);
    free(order);
}

void clients_open(struct clients *c, const struct plan *plan)
{
    int *fds;

    *c = (struct clients){.plan = plan, .left = plan->count};
    c->numbers.random = plan->seed * 0x9e3779b97f4a7c15 | 1;
    c->numbers.keys = plan->keys;
    prepare_all(c);
    raise_descriptor_limit();
    free(open_many(plan, plan->idle)); /* open until the program ends */
    fds = open_many(plan, plan->connections);
    c->epoll = epoll_create1(0);
    if (c->epoll < 0)
        die_errno("epoll_create1");
    for (unsigned i = 0; i < plan->connections; i++) {
        c->all[i].fd = fds[i];
        watch(c, &c->all[i], EPOLL_CTL_ADD, 0);
    }
    free(fds);
}

/* ---- asking ---- */

static void send_more(struct clients *c, struct client *one)
{
    while (one->sent < one->out_len) {
        ssize_t n = send(one->fd, one->out + one->sent,
                         one->out_len - one->sent, MSG_NOSIGNAL);
        if (n >= 0)
            one->sent += (size_t)n;
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            die("the server hung up: %s", strerror(errno));
    }
    if (one->watching_out != (one->sent < one->out_len))
        watch(c, one, EPOLL_CTL_MOD, one->sent < one->out_len);
}

/* Sends the next requests, unless it is time to stop. */
static void ask(struct clients *c, struct client *one)
{
    unsigned n = c->plan->pipeline;

    one->asked = one->answered = 0;
    if (c->now_ns >= c->end_ns || c->left == 0)
        return;
    if (n > c->left)
        n = (unsigned)c->left;
    c->left -= n;
    for (unsigned i = 0; i < n; i++)
        request_fill(&one->requests[i], one->out + one->starts[i],
                     &c->numbers, c->plan->in_order);
    one->asked = n;
    one->sent = 0;
    one->out_len = one->starts[n];
    one->since_ns = c->now_ns;
    c->busy++;
    send_more(c, one);
}

/* ---- hearing ---- */

static void check(const struct clients *c, const struct client *one,
                  const struct answer *a)
{
    const struct request *r = &one->requests[one->answered];
    const char *bytes = one->out + one->starts[one->answered];

    if (request_fits(r, bytes, c->plan->protocol, a))
        return;
    if (a->kind == KIND_ERROR)
        die("%s was answered with an error: %.*s", r->op->name,
            a->len < 200 ? (int)a->len : 200, a->text);
    die("%s was answered with something else", r->op->name);
}

/* Takes answers from what has arrived. */
static void take_answers(struct clients *c, struct client *one)
{
    size_t at = 0;
    unsigned before = one->answered;
    struct answer a;

    while (at < one->in_len) {
        long n = answer_read(c->plan->protocol, one->in + at, one->in_len - at,
                             &a);
        if (n == 0)
            break;
        if (n < 0 || one->answered == one->asked)
            die("the server sent a malformed answer");
        check(c, one, &a);
        if (a.kind == KIND_NIL)
            c->misses += one->requests[one->answered].op->flags & OP_MAY_MISS;
        at += (size_t)n;
        one->answered++;
    }
    one->in_len -= at;
    memmove(one->in, one->in + at, one->in_len);
    c->done += one->answered - before;
    histogram_add(&c->waits, c->now_ns - one->since_ns,
                  one->answered - before);
}

static void receive(struct clients *c, struct client *one)
{
    ssize_t n = recv(one->fd, one->in + one->in_len, IN_SIZE - one->in_len, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0)
        die("the server hung up");
    one->in_len += (size_t)n;
    take_answers(c, one);
    if (one->in_len == IN_SIZE)
        die("an answer is larger than %d bytes", IN_SIZE);
    if (one->answered == one->asked) {
        c->busy--;
        ask(c, one);
    }
}

void clients_run(struct clients *c)
{
    struct epoll_event events[MOST_EVENTS];

    c->now_ns = now_ns();
    c->end_ns = c->now_ns + (uint64_t)(c->plan->seconds * 1e9);
    c->numbers.due_ms = wall_ms() + c->plan->expire_ms;
    for (unsigned i = 0; i < c->plan->connections; i++)
        ask(c, &c->all[i]);
    while (c->busy > 0) {
        int n = epoll_wait(c->epoll, events, MOST_EVENTS, patience_ms);
        if (n < 0 && errno != EINTR)
            die_errno("epoll_wait");
        if (n == 0)
            die_of_silence();
        c->now_ns = now_ns();
        for (int i = 0; i < n; i++) {
            struct client *one = events[i].data.ptr;
            if (events[i].events & EPOLLOUT)
                send_more(c, one);
            if (events[i].events & ~(unsigned)EPOLLOUT)
                receive(c, one);
        }
    }
}
