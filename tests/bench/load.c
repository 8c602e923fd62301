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
 *   -t SECONDS   how long, at most (1; with -n or -o, no limit)
 *   -n N         how many requests, at most (no limit)
 *   -o           the keys in order, each once, in place of random ones
 *   -e MS        the keys of expire and zexpire have this long from the start
 *                (5000); in binary at most 9999
 *   -i N         further connections, which say one thing and then are idle (0)
 *   -s SEED      of the random numbers (1)
 *   -g           it has a CPU only while nobody else wants it
 *   -w MS        how long the server may say nothing (10000)
 *   -q           print only the line for programs
 *
 * Status: 0; 1 if the server hangs up, answers wrongly or says nothing; 2 for
 * wrong use.
 *
 * CPU time is that of the server's process: all its threads, and the kernel's
 * work for them. The clocks are first read when every connection is open and
 * has had one answer, and again when the last answer has arrived.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clients.h"
#include "common.h"
#include "process.h"

struct options {
    struct plan plan;
    const char *mix;
    int quiet;
    pid_t pid;
};

/* ---- options ---- */

static void wrong_use(void)
{
    fprintf(stderr, "usage: load [-p resp|tlv|status|echo] [-m OP[=N],...] "
                    "[-c N] [-P N] [-k N] [-v N]\n"
                    "            [-t SECONDS] [-n N] [-o] [-e MS] [-i N] "
                    "[-s SEED] [-w MS] [-gq] PORT PID\nops: ");
    op_print_names();
    fputc('\n', stderr);
    exit(2);
}

static double seconds_of(const char *text)
{
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end || !(seconds > 0 && seconds < 100000))
        wrong_use();
    return seconds;
}

static enum protocol protocol_of(const char *name)
{
    int protocol = protocol_find(name);

    if (protocol < 0)
        wrong_use();
    return (enum protocol)protocol;
}

static void read_option(struct options *o, int letter, const char *text)
{
    struct plan *p = &o->plan;

    switch (letter) {
    case 'p':
        p->protocol = protocol_of(text);
        break;
    case 'm':
        o->mix = text;
        break;
    case 'c':
        p->connections = (unsigned)number_of("-c", text, 1, 50000);
        break;
    case 'P':
        p->pipeline = (unsigned)number_of("-P", text, 1, 100000);
        break;
    case 'k':
        p->keys = number_of("-k", text, 1, UINT32_MAX);
        break;
    case 'v':
        p->value_size = number_of("-v", text, 0, 128 * 1024);
        break;
    case 't':
        p->seconds = seconds_of(text);
        break;
    case 'n':
        p->count = number_of("-n", text, 1, UINT64_MAX);
        break;
    case 'o':
        p->in_order = 1;
        break;
    case 'e':
        p->expire_ms = number_of("-e", text, 1000, 1000 * 1000);
        break;
    case 'i':
        p->idle = (unsigned)number_of("-i", text, 0, 50000);
        break;
    case 's':
        p->seed = number_of("-s", text, 1, UINT64_MAX);
        break;
    case 'g':
        give_way();
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

static void read_options(struct options *o, int argc, char **argv)
{
    struct plan *p = &o->plan;
    int letter;

    while ((letter = getopt(argc, argv, "p:m:c:P:k:v:t:n:oe:i:s:w:gq")) != -1)
        read_option(o, letter, optarg);
    if (argc - optind != 2)
        wrong_use();
    p->port = (int)number_of("PORT", argv[optind], 1, 65535);
    o->pid = (pid_t)number_of("PID", argv[optind + 1], 1, 1 << 28);
    p->nshares = mix_read(o->mix, p->shares);
    if (p->nshares == 0)
        wrong_use();
    if (p->in_order && p->count == 0)
        p->count = p->keys;
    if (p->seconds == 0)
        p->seconds = p->count ? 100000 : 1;
    if (p->count == 0)
        p->count = UINT64_MAX;
}

/* ---- what it cost ---- */

struct reading {
    uint64_t wall_ns, server_ns, own_ns;
    struct process_ticks ticks;
};

static struct reading take_reading(pid_t server)
{
    struct reading r = {
        .wall_ns = now_ns(),
        .server_ns = process_cpu_ns(server),
        .own_ns = process_cpu_ns(getpid()),
        .ticks = process_ticks(server),
    };

    return r;
}

static struct reading difference(const struct reading *a,
                                 const struct reading *b)
{
    struct reading d = {
        .wall_ns = a->wall_ns - b->wall_ns,
        .server_ns = a->server_ns - b->server_ns,
        .own_ns = a->own_ns - b->own_ns,
        .ticks = {a->ticks.user - b->ticks.user,
                  a->ticks.system - b->ticks.system},
    };

    return d;
}

/* Microseconds for each of n things. */
static double each(uint64_t ns, uint64_t n)
{
    return n ? (double)ns / 1000 / (double)n : 0;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

static void print_for_people(const struct options *o, const struct clients *c,
                             const struct reading *d)
{
    printf("%s: %u connections, pipeline %u, %llu keys, values of %zu bytes\n",
           o->mix, o->plan.connections, o->plan.pipeline,
           (unsigned long long)o->plan.keys, o->plan.value_size);
    printf("  %.3f us of the server's CPU per operation, about %.0f%% of it "
           "outside the kernel\n", each(d->server_ns, c->done),
           share(d->ticks.user, d->ticks.user + d->ticks.system));
    printf("  %.0f operations a second; %.0f%% of a CPU for the server, "
           "%.0f%% for this program\n",
           (double)c->done / ((double)d->wall_ns / 1e9),
           share(d->server_ns, d->wall_ns), share(d->own_ns, d->wall_ns));
    printf("  answered within %.3f ms (half), %.3f ms (99%%), %.3f ms "
           "(99.9%%), %.3f ms (all); %llu of %llu were not there\n",
           each(histogram_at(&c->waits, 0.5), 1000),
           each(histogram_at(&c->waits, 0.99), 1000),
           each(histogram_at(&c->waits, 0.999), 1000),
           each(c->waits.longest, 1000), (unsigned long long)c->misses,
           (unsigned long long)c->done);
}

static void print_for_programs(const struct options *o,
                               const struct clients *c,
                               const struct reading *d)
{
    const struct plan *p = &o->plan;

    printf("load mix=%s protocol=%s connections=%u pipeline=%u idle=%u "
           "keys=%llu value=%zu ",
           o->mix, protocol_name(p->protocol), p->connections, p->pipeline,
           p->idle, (unsigned long long)p->keys, p->value_size);
    printf("done=%llu misses=%llu seconds=%.4f rate=%.0f cpu_us=%.4f "
           "own_us=%.4f ",
           (unsigned long long)c->done, (unsigned long long)c->misses,
           (double)d->wall_ns / 1e9,
           (double)c->done / ((double)d->wall_ns / 1e9),
           each(d->server_ns, c->done), each(d->own_ns, c->done));
    printf("p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f\n",
           each(histogram_at(&c->waits, 0.5), 1),
           each(histogram_at(&c->waits, 0.99), 1),
           each(histogram_at(&c->waits, 0.999), 1), each(c->waits.longest, 1));
}

int main(int argc, char **argv)
{
    static struct clients clients; /* too large for the stack */
    struct options o = {
        .mix = "get",
        .plan = {.connections = 50, .pipeline = 1, .keys = 1000000,
                 .value_size = 32, .expire_ms = 5000, .seed = 1},
    };
    struct reading before, after, cost;

    set_program("load");
    read_options(&o, argc, argv);
    clients_open(&clients, &o.plan);
    before = take_reading(o.pid);
    clients_run(&clients);
    after = take_reading(o.pid);
    cost = difference(&after, &before);
    if (!o.quiet)
        print_for_people(&o, &clients, &cost);
    print_for_programs(&o, &clients, &cost);
    return 0;
}
