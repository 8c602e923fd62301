/*
 * probe: how long may a client have to wait, while others keep a server busy?
 *
 *   probe [-t SECONDS] [-s MS] [-v N] [-q] PORT PID [COMMAND [ARG]...]
 *
 * Every millisecond it sends a PING on a connection of its own, and on another
 * one a SET of a value that is large enough to need an allocation (-v, 2048
 * bytes), as long as COMMAND runs and for MS (300) longer; without a COMMAND,
 * for SECONDS (1). It prints, of each, the longest wait and the one that 99.9%
 * did not exceed. Status: that of COMMAND; 1 if the server hangs up or says
 * nothing for a minute; 2 for wrong use.
 *
 * Where other programs run, two more waits would be counted that are not
 * the server's doing. They are taken out of each wait:
 *  - The server's main thread could run, but had no CPU.
 *  - The answer was there, but we had no CPU. Of our own time without one only
 *    what came since we last looked counts: before that, there was no answer.
 * What was measured before that is printed as well ("raw").
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "histogram.h"
#include "process.h"

#define PATIENCE_NS (60 * UINT64_C(1000000000))

struct probe {
    const char *name;
    int fd;
    char *request;
    size_t request_len;
    const char *answer;
    char in[16];
    size_t in_len;
    int waiting;
    uint64_t since_ns;
    struct schedule server; /* as it was then */
    struct histogram waits, raw;
    double busy_ms; /* what the server computed in the longest wait */
};

struct prober {
    struct probe ping, set;
    int timer;
    int server, own;         /* their schedstats */
    struct schedule looked;  /* our own, when we last looked for answers */
    pid_t child;
    int child_status;
    uint64_t end_ns;
    uint64_t settle_ns;
};

/* ---- asking and hearing ---- */

static void ask(struct prober *p, struct probe *q)
{
    if (q->waiting)
        return;
    q->waiting = 1;
    q->in_len = 0;
    q->server = schedule_read(p->server);
    q->since_ns = now_ns();
    send_all(q->fd, q->request, q->request_len);
}

static uint64_t less(uint64_t from, uint64_t what)
{
    return from > what ? from - what : 0;
}

static void note_wait(struct prober *p, struct probe *q)
{
    uint64_t raw = now_ns() - q->since_ns;
    struct schedule server = schedule_read(p->server);
    struct schedule own = schedule_read(p->own);
    uint64_t wait = less(raw, server.waiting_ns - q->server.waiting_ns);

    wait = less(wait, own.waiting_ns - p->looked.waiting_ns);
    if (wait >= q->waits.longest)
        q->busy_ms = (double)(server.running_ns - q->server.running_ns) / 1e6;
    histogram_add(&q->waits, wait, 1);
    histogram_add(&q->raw, raw, 1);
    q->waiting = 0;
}

static void hear(struct prober *p, struct probe *q)
{
    size_t len = strlen(q->answer);
    ssize_t n = recv(q->fd, q->in + q->in_len, sizeof(q->in) - q->in_len, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0)
        die("the server hung up");
    q->in_len += (size_t)n;
    if (!q->waiting || q->in_len > len ||
        memcmp(q->in, q->answer, q->in_len) != 0)
        die("%s was answered wrongly: %.*s", q->name, (int)q->in_len, q->in);
    if (q->in_len == len)
        note_wait(p, q);
}

/* ---- the loop ---- */

/* Whether to go on: until the child has ended and things have settled. */
static int go_on(struct prober *p)
{
    uint64_t now = now_ns();

    if (p->child > 0 && waitpid(p->child, &p->child_status, WNOHANG) > 0) {
        p->child = 0;
        p->end_ns = now + p->settle_ns;
    }
    for (int i = 0; i < 2; i++) {
        struct probe *q = i ? &p->set : &p->ping;
        if (q->waiting && now - q->since_ns > PATIENCE_NS)
            die("the server did not answer a %s for a minute", q->name);
        if (q->waiting)
            return 1; /* the longest wait may be under way */
    }
    return p->child > 0 || now < p->end_ns;
}

static void probe_all(struct prober *p)
{
    struct pollfd fds[3] = {
        {.fd = p->timer, .events = POLLIN},
        {.fd = p->ping.fd, .events = POLLIN},
        {.fd = p->set.fd, .events = POLLIN},
    };
    uint64_t ticks;

    while (go_on(p)) {
        p->looked = schedule_read(p->own);
        if (poll(fds, 3, 1000) < 0 && errno != EINTR)
            die_errno("poll");
        if (fds[1].revents)
            hear(p, &p->ping);
        if (fds[2].revents)
            hear(p, &p->set);
        if (fds[0].revents && read(p->timer, &ticks, sizeof(ticks)) > 0 &&
            (p->child > 0 || now_ns() < p->end_ns)) {
            ask(p, &p->ping);
            ask(p, &p->set);
        }
    }
}

/* ---- the start ---- */

static char *set_request(size_t value_size, size_t *len)
{
    char *request = must_alloc(value_size + 128);
    int n = sprintf(request, "*3\r\n$3\r\nSET\r\n$9\r\nthe-probe\r\n$%zu\r\n",
                    value_size);

    memset(request + n, 'x', value_size);
    memcpy(request + n + value_size, "\r\n", 2);
    *len = (size_t)n + value_size + 2;
    return request;
}

static void open_timer(struct prober *p)
{
    struct itimerspec every = {.it_interval.tv_nsec = 1000000,
                               .it_value.tv_nsec = 1000000};

    p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    if (p->timer < 0 || timerfd_settime(p->timer, 0, &every, NULL) < 0)
        die_errno("timerfd");
}

static void start_child(struct prober *p, char **command)
{
    p->child = fork();
    if (p->child < 0)
        die_errno("fork");
    if (p->child == 0) {
        execvp(command[0], command);
        die_errno(command[0]);
    }
}

static double ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

static void print_for_people(const struct probe *q)
{
    printf("%-5s %6llu times, longest wait %.2f ms (raw %.2f; the server "
           "computed for %.2f), 99.9%% %.2f ms, half %.3f ms\n",
           q->name, (unsigned long long)q->waits.count, ms(q->waits.longest),
           ms(q->raw.longest), q->busy_ms, ms(histogram_at(&q->waits, 0.999)),
           ms(histogram_at(&q->waits, 0.5)));
}

static void print_for_programs(const struct probe *q)
{
    printf(" %s=%llu %s_max_ms=%.3f %s_p999_ms=%.3f %s_p50_ms=%.3f "
           "%s_raw_ms=%.3f %s_busy_ms=%.3f",
           q->name, (unsigned long long)q->waits.count, q->name,
           ms(q->waits.longest), q->name, ms(histogram_at(&q->waits, 0.999)),
           q->name, ms(histogram_at(&q->waits, 0.5)), q->name,
           ms(q->raw.longest), q->name, q->busy_ms);
}

static void wrong_use(void)
{
    fprintf(stderr, "usage: probe [-t SECONDS] [-s MS] [-v N] [-q] PORT PID "
                    "[COMMAND [ARG]...]\n");
    exit(2);
}

int main(int argc, char **argv)
{
    static struct prober p = {
        .ping = {.name = "ping", .answer = "+PONG\r\n"},
        .set = {.name = "set", .answer = "+OK\r\n"},
        .settle_ns = 300 * 1000000,
    };
    uint64_t seconds = 1, value_size = 2048;
    int letter, quiet = 0, port;
    pid_t server;

    set_program("probe");
    while ((letter = getopt(argc, argv, "+t:s:v:q")) != -1) {
        if (letter == 't')
            seconds = number_of("-t", optarg, 1, 100000);
        else if (letter == 's')
            p.settle_ns = number_of("-s", optarg, 0, 100000) * 1000000;
        else if (letter == 'v')
            value_size = number_of("-v", optarg, 1, 1 << 20);
        else if (letter == 'q')
            quiet = 1;
        else
            wrong_use();
    }
    if (argc - optind < 2)
        wrong_use();
    port = (int)number_of("PORT", argv[optind], 1, 65535);
    server = (pid_t)number_of("PID", argv[optind + 1], 1, INT32_MAX);
    p.ping.request = "PING\r\n";
    p.ping.request_len = 6;
    p.set.request = set_request(value_size, &p.set.request_len);
    p.server = schedule_open(server);
    p.own = schedule_open(getpid());
    p.ping.fd = connect_to(port);
    p.set.fd = connect_to(port);
    await(p.ping.fd, 1);
    await(p.set.fd, 1);
    p.end_ns = now_ns() + seconds * UINT64_C(1000000000);
    if (argc - optind > 2)
        start_child(&p, argv + optind + 2);
    open_timer(&p);
    probe_all(&p);
    if (!quiet) {
        print_for_people(&p.ping);
        print_for_people(&p.set);
    }
    printf("probe");
    print_for_programs(&p.ping);
    print_for_programs(&p.set);
    printf("\n");
    if (WIFSIGNALED(p.child_status))
        return 128 + WTERMSIG(p.child_status);
    return WEXITSTATUS(p.child_status);
}
