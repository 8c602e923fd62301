/*
 * load: asks a server, and says what that cost the server.
 *
 *   load [OPTION]... PORT PID
 *
 *   -p PROTOCOL  resp, tlv (the binary one from ch08 on), status (ch07), echo
 *                (ch04, ch06) (resp)
 *   -m MIX       what to ask, with weights if you like: get,set=3 (get); see
 *                the ops in request.c
 *   -c N         connections (50)
 *   -P N         requests that a connection has under way at a time (1)
 *   -k N         how many keys, or members, there are (1000000)
 *   -v N         bytes of a value (32)
 *   -t SECONDS   how long, at most (1)
 *   -n N         how many requests, at most (no limit)
 *   -o           key after key in place of random ones, each once (implies -n)
 *   -e MS        the keys of expire and zexpire have this long from the start
 *   -i N         so many further connections say one thing and then are idle
 *   -s SEED      of the random numbers (1)
 *   -w MS        how long the server may say nothing (10000)
 *   -q           print only the line for programs
 *
 * Status: 0; 1 if the server hangs up, answers wrongly or says nothing; 2 for wrong
 * use.
 *
 * CPU time is that of the server's process, all threads and the kernel's work
 * for them included. Connections are made, and have had one answer each,
 * before the clocks are read; at the end the clocks are read when nothing is
 * under way any more.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"
#include "histogram.h"
#include "process.h"
#include "request.h"
#include "words.h"

enum {
    MOST_OPS = 8,
    MOST_EVENTS = 256,
    IN_SIZE = 256 * 1024,
};

struct options {
    enum protocol protocol;
    const char *mix;
    unsigned connections, pipeline, idle;
    uint64_t keys, count, seed;
    size_t value_size;
    double seconds;
    uint64_t expire_ms;
    int in_order, quiet;
    int port;
    pid_t pid;
};

struct client {
    int fd;
    struct request *requests; /* as many as the pipeline is deep */
    size_t *starts;           /* where each begins in `out` */
    char *out;
    size_t out_len, sent;
    unsigned asked;    /* how many of the requests are under way */
    unsigned answered; /* and how many of these have their answer */
    char *in;
    size_t in_len;
    uint64_t since_ns; /* when they were sent */
    int watching_out;
};

struct load {
    struct options o;
    struct client *clients;
    unsigned busy; /* clients with requests under way */
    int epoll;
    struct numbers numbers;
    uint64_t left;   /* requests that may still be sent */
    uint64_t end_ns; /* after this none is */
    uint64_t done, misses;
    uint64_t now; /* as of the last wake-up */
    struct histogram waits;
};

/* ---- what to ask ---- */

struct share {
    const struct op *op;
    unsigned weight;
};

static void wrong_use(void)
{
    fprintf(stderr, "usage: load [-p resp|tlv|status|echo] [-m OP[=N],...] "
                    "[-c N] [-P N] [-k N] [-v N]\n"
                    "            [-t SECONDS] [-n N] [-o] [-e MS] [-i N] "
                    "[-s SEED] [-w MS] [-q] PORT PID\nops: ");
    op_print_names();
    fputc('\n', stderr);
    exit(2);
}

static unsigned read_mix(const char *mix, struct share *shares)
{
    unsigned n = 0;

    while (*mix && n < MOST_OPS) {
        size_t len = strcspn(mix, ",=");
        shares[n].op = op_find(mix, len);
        shares[n].weight = 1;
        if (!shares[n].op)
            wrong_use();
        mix += len;
        if (*mix == '=')
            shares[n].weight = (unsigned)strtoul(mix + 1, (char **)&mix, 10);
        if (shares[n].weight < 1 || (*mix && *mix != ','))
            wrong_use();
        mix += *mix == ',';
        n++;
    }
    if (n == 0 || *mix)
        wrong_use();
    return n;
}

/* Fills `order` with one op for each request of a round of all clients, each op
 * by its weight, shuffled. */
static void deal(const struct share *shares, unsigned nshares,
                 const struct op **order, size_t n, uint64_t *random)
{
    size_t sum = 0, at = 0, upto = 0;

    for (unsigned i = 0; i < nshares; i++)
        sum += shares[i].weight;
    for (unsigned i = 0; i < nshares; i++) {
        upto += shares[i].weight;
        while (at < n * upto / sum)
            order[at++] = shares[i].op;
    }
    for (size_t i = n; i > 1; i--) {
        size_t j = random_below(random, i);
        const struct op *op = order[i - 1];
        order[i - 1] = order[j];
        order[j] = op;
    }
}

static void prepare(struct client *c, const struct options *o,
                    const struct op **order)
{
    size_t len = 0;

    c->requests = must_alloc(o->pipeline * sizeof(*c->requests));
    c->starts = must_alloc((o->pipeline + 1) * sizeof(*c->starts));
    for (unsigned i = 0; i < o->pipeline; i++)
        len += request_write(&c->requests[i], NULL, order[i], o->protocol,
                             o->value_size, o->keys);
    c->out = must_alloc(len);
    c->in = must_alloc(IN_SIZE);
    for (unsigned i = 0; i < o->pipeline; i++) {
        char *to = c->out + c->starts[i];
        size_t n = request_write(&c->requests[i], to, order[i], o->protocol,
                                 o->value_size, o->keys);
        c->starts[i + 1] = c->starts[i] + n;
    }
}

/* ---- connections ---- */

static void hear(int fd, enum protocol protocol)
{
    char in[256];
    size_t n = 0;
    struct answer a;

    while (n < sizeof(in)) {
        await(fd, 0);
        ssize_t some = recv(fd, in + n, sizeof(in) - n, 0);
        if (some <= 0)
            die("the server hung up at the first request");
        n += (size_t)some;
        long len = answer_read(protocol, in, n, &a);
        if (len < 0)
            die("the server sent what is no answer");
        if (len > 0)
            return;
    }
}

/* All are connected before the first says anything: a server may have to accept
 * them at once. */
static int *open_many(const struct options *o, unsigned n)
{
    int *fds = must_alloc(n * sizeof(*fds));
    const struct words *p = words_of(o->protocol);

    for (unsigned i = 0; i < n; i++)
        fds[i] = connect_to(o->port);
    for (unsigned i = 0; i < n; i++) {
        finish_connecting(fds[i]);
        send_all(fds[i], p->ping, p->ping_len);
    }
    for (unsigned i = 0; i < n; i++)
        hear(fds[i], o->protocol);
    return fds;
}

static void watch(struct load *l, struct client *c, int op, int out)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};

    if (out)
        e.events |= EPOLLOUT;
    c->watching_out = out;
    if (epoll_ctl(l->epoll, op, c->fd, &e) < 0)
        die_errno("epoll_ctl");
}

static void open_clients(struct load *l)
{
    const struct options *o = &l->o;
    struct share shares[MOST_OPS];
    unsigned nshares = read_mix(o->mix, shares);
    size_t n = (size_t)o->connections * o->pipeline;
    const struct op **order = must_alloc(n * sizeof(*order));
    int *fds;

    deal(shares, nshares, order, n, &l->numbers.random);
    l->clients = must_alloc(o->connections * sizeof(*l->clients));
    for (unsigned i = 0; i < o->connections; i++)
        prepare(&l->clients[i], o, order + (size_t)i * o->pipeline);
    free(order);
    open_many(o, o->idle); /* they stay until the program ends */
    fds = open_many(o, o->connections);
    l->epoll = epoll_create1(0);
    if (l->epoll < 0)
        die_errno("epoll_create1");
    for (unsigned i = 0; i < o->connections; i++) {
        l->clients[i].fd = fds[i];
        watch(l, &l->clients[i], EPOLL_CTL_ADD, 0);
    }
    free(fds);
}

/* ---- asking ---- */

static void send_more(struct load *l, struct client *c)
{
    while (c->sent < c->out_len) {
        ssize_t n = send(c->fd, c->out + c->sent, c->out_len - c->sent,
                         MSG_NOSIGNAL);
        if (n >= 0)
            c->sent += (size_t)n;
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            die("the server hung up: %s", strerror(errno));
    }
    if (c->watching_out != (c->sent < c->out_len))
        watch(l, c, EPOLL_CTL_MOD, c->sent < c->out_len);
}

/* Sends the next requests, unless it is time to stop. */
static void ask(struct load *l, struct client *c)
{
    unsigned n = l->o.pipeline;

    c->asked = c->answered = 0;
    if (l->now >= l->end_ns || l->left == 0)
        return;
    if (n > l->left)
        n = (unsigned)l->left;
    l->left -= n;
    for (unsigned i = 0; i < n; i++)
        request_fill(&c->requests[i], c->out + c->starts[i], &l->numbers,
                     l->o.in_order);
    c->asked = n;
    c->sent = 0;
    c->out_len = c->starts[n];
    c->since_ns = l->now;
    l->busy++;
    send_more(l, c);
}

static void say_wrong(const struct request *r, const struct answer *a)
{
    if (a->kind == KIND_ERROR)
        die("%s was answered with an error: %.*s", r->op->name,
            a->len < 200 ? (int)a->len : 200, a->text);
    die("%s was answered with something else", r->op->name);
}

/* Takes answers from what has arrived. */
static void take_answers(struct load *l, struct client *c)
{
    size_t at = 0;
    struct answer a;
    unsigned before = c->answered;

    while (at < c->in_len) {
        const struct request *r = &c->requests[c->answered];
        long n = answer_read(l->o.protocol, c->in + at, c->in_len - at, &a);
        if (n == 0)
            break;
        if (n < 0 || c->answered == c->asked)
            die("the server sent what is no answer");
        if (!request_fits(r, c->out + c->starts[c->answered], l->o.protocol,
                          &a))
            say_wrong(r, &a);
        l->misses += a.kind == KIND_NIL && (r->op->resp_kinds & KIND_NIL);
        at += (size_t)n;
        c->answered++;
    }
    memmove(c->in, c->in + at, c->in_len - at);
    c->in_len -= at;
    l->done += c->answered - before;
    histogram_add(&l->waits, l->now - c->since_ns, c->answered - before);
}

static void receive(struct load *l, struct client *c)
{
    ssize_t n = recv(c->fd, c->in + c->in_len, IN_SIZE - c->in_len, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0)
        die("the server hung up");
    c->in_len += (size_t)n;
    take_answers(l, c);
    if (c->in_len == IN_SIZE)
        die("an answer is larger than %d bytes", IN_SIZE);
    if (c->answered == c->asked) {
        l->busy--;
        ask(l, c);
    }
}

static void run(struct load *l)
{
    struct epoll_event events[MOST_EVENTS];

    for (unsigned i = 0; i < l->o.connections; i++)
        ask(l, &l->clients[i]);
    while (l->busy > 0) {
        int n = epoll_wait(l->epoll, events, MOST_EVENTS, patience_ms);
        if (n < 0 && errno != EINTR)
            die_errno("epoll_wait");
        if (n == 0)
            die_of_silence();
        l->now = now_ns();
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT)
                send_more(l, c);
            if (events[i].events & ~(unsigned)EPOLLOUT)
                receive(l, c);
        }
    }
}

/* ---- what it cost ---- */

struct reading {
    uint64_t wall_ns, server_ns, own_ns;
    struct process_ticks ticks;
};

static struct reading take_reading(const struct options *o)
{
    struct reading r = {
        .wall_ns = now_ns(),
        .server_ns = process_cpu_ns(o->pid),
        .own_ns = process_cpu_ns(getpid()),
        .ticks = process_ticks(o->pid),
    };

    return r;
}

/* Microseconds of each request. */
static double each(uint64_t ns, uint64_t requests)
{
    return requests ? (double)ns / 1000 / (double)requests : 0;
}

static void print_for_people(const struct load *l, const struct reading *a,
                             const struct reading *b)
{
    double seconds = (double)(b->wall_ns - a->wall_ns) / 1e9;
    double cpu = each(b->server_ns - a->server_ns, l->done);
    uint64_t user = b->ticks.user - a->ticks.user;
    uint64_t both = user + b->ticks.system - a->ticks.system;

    printf("%s: %u connections, pipeline %u, %llu keys, values of %zu bytes\n",
           l->o.mix, l->o.connections, l->o.pipeline,
           (unsigned long long)l->o.keys, l->o.value_size);
    printf("  %.3f us of the server's CPU per operation, about %.0f%% of it "
           "outside the kernel\n", cpu,
           both ? 100.0 * (double)user / (double)both : 0);
    printf("  %.0f operations a second; %.0f%% of a CPU for the server, "
           "%.0f%% for this program\n", (double)l->done / seconds,
           (double)(b->server_ns - a->server_ns) / seconds / 1e7,
           (double)(b->own_ns - a->own_ns) / seconds / 1e7);
    printf("  answered within %.3f ms (half), %.3f ms (99%%), %.3f ms "
           "(99.9%%), %.3f ms (all); %llu of %llu were nil\n",
           each(histogram_at(&l->waits, 0.5), 1000),
           each(histogram_at(&l->waits, 0.99), 1000),
           each(histogram_at(&l->waits, 0.999), 1000),
           each(l->waits.longest, 1000), (unsigned long long)l->misses,
           (unsigned long long)l->done);
}

static void print_for_programs(const struct load *l, const struct reading *a,
                               const struct reading *b)
{
    double seconds = (double)(b->wall_ns - a->wall_ns) / 1e9;

    printf("load mix=%s protocol=%s connections=%u pipeline=%u idle=%u "
           "keys=%llu value=%zu ",
           l->o.mix, protocol_name(l->o.protocol), l->o.connections,
           l->o.pipeline, l->o.idle, (unsigned long long)l->o.keys,
           l->o.value_size);
    printf("done=%llu misses=%llu seconds=%.4f rate=%.0f cpu_us=%.4f "
           "own_us=%.4f ",
           (unsigned long long)l->done, (unsigned long long)l->misses, seconds,
           (double)l->done / seconds,
           each(b->server_ns - a->server_ns, l->done),
           each(b->own_ns - a->own_ns, l->done));
    printf("p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f\n",
           each(histogram_at(&l->waits, 0.5), 1),
           each(histogram_at(&l->waits, 0.99), 1),
           each(histogram_at(&l->waits, 0.999), 1), each(l->waits.longest, 1));
}

/* ---- options ---- */

static double seconds_of(const char *text)
{
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end || !(seconds > 0 && seconds < 100000))
        wrong_use();
    return seconds;
}

static void read_option(struct options *o, int letter, const char *text)
{
    int protocol;

    switch (letter) {
    case 'p':
        protocol = protocol_find(text);
        if (protocol < 0)
            wrong_use();
        o->protocol = (enum protocol)protocol;
        break;
    case 'm':
        o->mix = text;
        break;
    case 'c':
        o->connections = (unsigned)number_of("-c", text, 1, 50000);
        break;
    case 'P':
        o->pipeline = (unsigned)number_of("-P", text, 1, 100000);
        break;
    case 'k':
        o->keys = number_of("-k", text, 1, UINT32_MAX);
        break;
    case 'v':
        o->value_size = number_of("-v", text, 0, IN_SIZE / 2);
        break;
    case 't':
        o->seconds = seconds_of(text);
        break;
    case 'n':
        o->count = number_of("-n", text, 1, UINT64_MAX);
        break;
    case 'o':
        o->in_order = 1;
        break;
    case 'e':
        o->expire_ms = number_of("-e", text, 1000, 9999);
        break;
    case 'i':
        o->idle = (unsigned)number_of("-i", text, 0, 50000);
        break;
    case 's':
        o->seed = number_of("-s", text, 1, UINT64_MAX);
        break;
    case 'w':
        patience_ms = (int)number_of("-w", text, 1, 1000 * 1000);
        break;
    case 'q':
        o->quiet = 1;
        break;
    default:
        wrong_use();
    }
}

static struct options read_options(int argc, char **argv)
{
    struct options o = {
        .mix = "get",
        .connections = 50,
        .pipeline = 1,
        .keys = 1000000,
        .value_size = 32,
        .expire_ms = 5000,
        .seed = 1,
    };
    int letter;

    while ((letter = getopt(argc, argv, "p:m:c:P:k:v:t:n:oe:i:s:w:q")) != -1)
        read_option(&o, letter, optarg);
    if (argc - optind != 2)
        wrong_use();
    o.port = (int)number_of("PORT", argv[optind], 1, 65535);
    o.pid = (pid_t)number_of("PID", argv[optind + 1], 1, 1 << 28);
    if (o.in_order && o.count == 0)
        o.count = o.keys;
    if (o.seconds == 0)
        o.seconds = o.count ? 100000 : 1;
    return o;
}

int main(int argc, char **argv)
{
    static struct load l;
    struct reading before, after;

    set_program("load");
    l.o = read_options(argc, argv);
    l.numbers = (struct numbers){
        .random = l.o.seed * 0x9e3779b97f4a7c15 | 1,
        .keys = l.o.keys,
    };
    l.left = l.o.count ? l.o.count : UINT64_MAX;
    raise_descriptor_limit();
    open_clients(&l);
    before = take_reading(&l.o);
    l.now = before.wall_ns;
    l.end_ns = l.now + (uint64_t)(l.o.seconds * 1e9);
    l.numbers.due_ns = l.now + l.o.expire_ms * 1000000;
    run(&l);
    after = take_reading(&l.o);
    if (!l.o.quiet)
        print_for_people(&l, &before, &after);
    print_for_programs(&l, &before, &after);
    return 0;
}
