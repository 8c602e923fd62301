/*
 * probe: how long may a client have to wait, while others keep a server busy?
 *
 *   probe [-p PROTOCOL] [-t SECONDS] [-s MS] [-v N] [-q] PORT PID [COMMAND...]
 *   probe -a [-p PROTOCOL] [-s MS] [-v N] [-q] PORT PID REQUEST...
 *
 * Every millisecond it sends a PING on a connection of its own, and on another
 * one a SET of a value that is large enough to need an allocation (-v, 2048
 * bytes), as long as COMMAND runs and for MS (300) longer; without a COMMAND,
 * for SECONDS (1). With -a it sends a REQUEST to the server itself, and the
 * first PING and SET right behind it, so that these wait while the server
 * carries it out. It prints, of each, the longest wait and the one that 99.9% did not exceed.
 *
 * Status: that of COMMAND; 1 if REQUEST is answered with an error, or if the
 * server hangs up or says nothing for a minute; 2 for wrong use.
 *
 * Where other programs run, too, not all of a wait is the server's doing:
 *  - The answer was there, but we had no CPU to look. So the moment that counts
 *    is the one at which the system received it (SO_TIMESTAMPNS).
 *  - The server's main thread could run, but had no CPU. That is taken out; but
 *    of what it waited until we looked, only what cannot have been after the
 *    answer. So a wait may be counted as too long, and is never too short.
 * What a watch would have said is printed as well ("raw"). And while we have no
 * CPU we ask nothing: the longest time without a question is printed as
 * "unseen".
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
#include "words.h"

#define PATIENCE_NS (60 * UINT64_C(1000000000))

struct options {
    enum protocol protocol;
    uint64_t seconds, settle_ms, value_size;
    int ask, quiet;
    int port;
    pid_t pid;
    char **words; /* of the command or the request */
    int nwords;
};

/* A question that is asked again and again. */
struct probe {
    const char *name;
    struct slice request, answer;
    int fd;
    char in[16];
    size_t in_len;
    int under_way;
    uint64_t since_ns;
    struct schedule server; /* as it was then */
    struct histogram waits, raw;
    uint64_t busy_ns; /* what the server computed in the longest wait */
};

struct prober {
    struct options o;
    struct probe ping, set;
    int timer;
    int server;        /* its schedstat */
    uint64_t heard_ns; /* when we last heard an answer */
    uint64_t unseen_ns;
    int request;         /* the connection of the REQUEST, or -1 */
    size_t received;     /* bytes of its answer, */
    char first[5];       /* the first ones */
    char last[PONG_MOST]; /* and the last */
    pid_t child; /* that runs COMMAND, or 0 */
    int status;
    uint64_t end_ns;
};

/* ---- asking and hearing ---- */

static uint64_t ns_of(const struct timespec *t)
{
    return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_nsec;
}

/* The clock that the system's timestamps are of. */
static uint64_t wall_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return ns_of(&t);
}

static void ask(struct prober *p, struct probe *q)
{
    if (q->under_way)
        return;
    q->under_way = 1;
    q->in_len = 0;
    q->server = schedule_read(p->server);
    q->since_ns = wall_ns();
    send_all(q->fd, q->request.data, q->request.len);
}

static void ask_both(struct prober *p)
{
    uint64_t unseen = now_ns() - p->heard_ns;

    if (!p->ping.under_way && !p->set.under_way && unseen > p->unseen_ns)
        p->unseen_ns = unseen;
    ask(p, &p->ping);
    ask(p, &p->set);
}

static uint64_t less(uint64_t from, uint64_t what)
{
    return from > what ? from - what : 0;
}

static void note_wait(struct prober *p, struct probe *q, uint64_t arrived_ns)
{
    uint64_t now = wall_ns();
    struct schedule server = schedule_read(p->server);
    uint64_t queued = server.waiting_ns - q->server.waiting_ns;
    uint64_t late = less(now, arrived_ns);
    uint64_t wait = less(less(arrived_ns, q->since_ns), less(queued, late));

    if (wait >= q->waits.longest)
        q->busy_ns = server.running_ns - q->server.running_ns;
    histogram_add(&q->waits, wait, 1);
    histogram_add(&q->raw, less(now, q->since_ns), 1);
    q->under_way = 0;
    p->heard_ns = now_ns();
}

/* Receives what there is, perhaps nothing. Sets *arrived_ns to when it came. */
static size_t receive(int fd, char *in, size_t size, uint64_t *arrived_ns)
{
    union {
        char room[CMSG_SPACE(sizeof(struct timespec))];
        struct cmsghdr align;
    } control;
    struct iovec to = {in, size};
    struct msghdr m = {.msg_iov = &to, .msg_iovlen = 1,
                       .msg_control = control.room,
                       .msg_controllen = sizeof(control.room)};
    ssize_t n = recvmsg(fd, &m, 0);
    struct cmsghdr *c;
    struct timespec t;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n <= 0)
        die("the server hung up");
    *arrived_ns = wall_ns();
    c = CMSG_FIRSTHDR(&m);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
        memcpy(&t, CMSG_DATA(c), sizeof(t));
        *arrived_ns = ns_of(&t);
    }
    return (size_t)n;
}

static void hear(struct prober *p, struct probe *q)
{
    uint64_t arrived_ns;

    q->in_len += receive(q->fd, q->in + q->in_len, sizeof(q->in) - q->in_len,
                         &arrived_ns);
    if (!q->under_way || q->in_len > q->answer.len ||
        memcmp(q->in, q->answer.data, q->in_len) != 0)
        die("%s was answered wrongly: %.*s", q->name, (int)q->in_len, q->in);
    if (q->in_len == q->answer.len)
        note_wait(p, q, arrived_ns);
}

static int is_error(const struct prober *p)
{
    if (p->o.protocol == PROTOCOL_RESP)
        return p->first[0] == '-';
    return p->first[4] == 1; /* a tag, or a status */
}

/* Only the ends are kept of the REQUEST's answer: it may be large. */
static void hear_request(struct prober *p)
{
    static char in[PONG_MOST + 256 * 1024];
    const struct words *w = words_of(p->o.protocol);
    uint64_t arrived_ns;
    size_t n = receive(p->request, in + PONG_MOST, sizeof(in) - PONG_MOST,
                       &arrived_ns);

    for (size_t i = 0; i < n && p->received + i < sizeof(p->first); i++)
        p->first[p->received + i] = in[PONG_MOST + i];
    p->received += n;
    memcpy(in, p->last, PONG_MOST);
    memcpy(p->last, in + n, PONG_MOST);
    if (p->received <= w->pong_len ||
        memcmp(p->last + PONG_MOST - w->pong_len, w->pong, w->pong_len) != 0)
        return;
    if (is_error(p))
        die("%s was answered with an error", p->o.words[0]);
    close(p->request);
    p->request = -1;
    p->end_ns = now_ns() + p->o.settle_ms * 1000000;
}

/* ---- the loop ---- */

/* Whether what was started has ended and things have settled. */
static int is_over(struct prober *p)
{
    uint64_t now = now_ns(), wall = wall_ns();
    int status;

    if (p->child > 0 && waitpid(p->child, &status, WNOHANG) > 0) {
        p->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                        : WEXITSTATUS(status);
        p->child = 0;
        p->end_ns = now + p->o.settle_ms * 1000000;
    }
    if ((p->ping.under_way && less(wall, p->ping.since_ns) > PATIENCE_NS) ||
        (p->set.under_way && less(wall, p->set.since_ns) > PATIENCE_NS))
        die("the server said nothing for a minute");
    return p->child == 0 && p->request < 0 && now >= p->end_ns;
}

/* At the end, questions that are under way are waited for: the longest wait may
 * be one of these. */
static void probe_all(struct prober *p)
{
    struct pollfd fds[4] = {
        {.fd = p->timer, .events = POLLIN},
        {.fd = p->ping.fd, .events = POLLIN},
        {.fd = p->set.fd, .events = POLLIN},
        {.fd = p->request, .events = POLLIN},
    };
    uint64_t ticks;
    int over;

    while (!(over = is_over(p)) || p->ping.under_way || p->set.under_way) {
            if (poll(fds, 4, 1000) < 0 && errno != EINTR)
            die_errno("poll");
        if (fds[1].revents)
            hear(p, &p->ping);
        if (fds[2].revents)
            hear(p, &p->set);
        if (fds[3].revents && p->request >= 0)
            hear_request(p);
        fds[3].fd = p->request;
        if (fds[0].revents && read(p->timer, &ticks, sizeof(ticks)) > 0 &&
            !over)
            ask_both(p);
    }
}

/* ---- the start ---- */

static void choose_words(struct prober *p)
{
    const struct words *w = words_of(p->o.protocol);
    char *value = must_alloc(p->o.value_size);
    int resp = p->o.protocol == PROTOCOL_RESP;
    struct slice set[] = {{resp ? "SET" : "set", 3}, {"the-probe", 9},
                          {value, p->o.value_size}};

    p->ping.name = "ping";
    p->ping.request = (struct slice){w->ping, w->ping_len};
    p->ping.answer = (struct slice){w->pong, w->pong_len};
    memset(value, 'x', p->o.value_size);
    p->set.name = "set";
    p->set.request.data = words_encode(p->o.protocol, set, 3,
                                       &p->set.request.len);
    p->set.answer = (struct slice){w->ok, w->ok_len};
    free(value);
}

static int open_stamped(int port)
{
    int yes = 1;
    int fd = connect_to(port);

    finish_connecting(fd);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes));
    return fd;
}

static void open_all(struct prober *p)
{
    struct itimerspec every = {.it_interval.tv_nsec = 1000000,
                               .it_value.tv_nsec = 1000000};

    p->server = schedule_open(p->o.pid);
    p->ping.fd = open_stamped(p->o.port);
    p->set.fd = open_stamped(p->o.port);
    p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (p->timer < 0 || timerfd_settime(p->timer, 0, &every, NULL) < 0)
        die_errno("timerfd");
}

static void start_child(struct prober *p)
{
    p->child = fork();
    if (p->child < 0)
        die_errno("fork");
    if (p->child == 0) {
        execvp(p->o.words[0], p->o.words);
        die_errno(p->o.words[0]);
    }
}

/* The server is stopped meanwhile: it would get the CPU as soon as the request
 * is there, and we only after it has carried it out. */
static void start_request(struct prober *p)
{
    p->request = connect_to(p->o.port);
    finish_connecting(p->request);
    if (kill(p->o.pid, SIGSTOP) < 0)
        die_errno("kill");
    while (process_state(p->o.pid) != 'T')
        poll(NULL, 0, 1);
    words_send(p->request, p->o.protocol, p->o.words, p->o.nwords);
    ask_both(p);
    p->ping.since_ns = p->set.since_ns = wall_ns();
    kill(p->o.pid, SIGCONT);
}

/* ---- the end ---- */

static double ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

static void print_for_people(const struct probe *q)
{
    printf("%-5s %6llu times, longest wait %.2f ms (raw %.2f; the server "
           "computed for %.2f), 99.9%% %.2f ms, half %.3f ms\n",
           q->name, (unsigned long long)q->waits.count, ms(q->waits.longest),
           ms(q->raw.longest), ms(q->busy_ns),
           ms(histogram_at(&q->waits, 0.999)),
           ms(histogram_at(&q->waits, 0.5)));
}

static void print_for_programs(const struct probe *q)
{
    printf(" %s=%llu %s_max_ms=%.3f %s_p999_ms=%.3f %s_p50_ms=%.3f "
           "%s_raw_ms=%.3f %s_busy_ms=%.3f",
           q->name, (unsigned long long)q->waits.count, q->name,
           ms(q->waits.longest), q->name, ms(histogram_at(&q->waits, 0.999)),
           q->name, ms(histogram_at(&q->waits, 0.5)), q->name,
           ms(q->raw.longest), q->name, ms(q->busy_ns));
}

static void print_all(const struct prober *p)
{
    if (!p->o.quiet) {
        print_for_people(&p->ping);
        print_for_people(&p->set);
        printf("unseen: nothing was asked for up to %.2f ms\n",
               ms(p->unseen_ns));
    }
    printf("probe");
    print_for_programs(&p->ping);
    print_for_programs(&p->set);
    printf(" unseen_ms=%.3f\n", ms(p->unseen_ns));
}

static void wrong_use(void)
{
    fprintf(stderr, "usage: probe [-p resp|tlv|status] [-t SECONDS] [-s MS] "
                    "[-v N] [-q] PORT PID [COMMAND...]\n"
                    "       probe -a [-p resp|tlv|status] [-s MS] [-v N] "
                    "[-q] PORT PID REQUEST...\n");
    exit(2);
}

static struct options read_options(int argc, char **argv)
{
    struct options o = {.seconds = 1, .settle_ms = 300, .value_size = 2048};
    int letter, protocol = PROTOCOL_RESP;

    while ((letter = getopt(argc, argv, "+ap:t:s:v:q")) != -1) {
        if (letter == 'p')
            protocol = protocol_find(optarg);
        else if (letter == 't')
            o.seconds = number_of("-t", optarg, 1, 100000);
        else if (letter == 's')
            o.settle_ms = number_of("-s", optarg, 0, 100000);
        else if (letter == 'v')
            o.value_size = number_of("-v", optarg, 1, 1 << 20);
        else if (letter == 'a')
            o.ask = 1;
        else if (letter == 'q')
            o.quiet = 1;
        else
            wrong_use();
    }
    if (argc - optind < 2 + o.ask || protocol < 0 || protocol == PROTOCOL_ECHO)
        wrong_use();
    o.protocol = (enum protocol)protocol;
    o.port = (int)number_of("PORT", argv[optind], 1, 65535);
    o.pid = (pid_t)number_of("PID", argv[optind + 1], 1, 1 << 28);
    o.words = argv + optind + 2;
    o.nwords = argc - optind - 2;
    return o;
}

int main(int argc, char **argv)
{
    static struct prober p = {.request = -1};

    set_program("probe");
    p.o = read_options(argc, argv);
    choose_words(&p);
    open_all(&p);
    p.heard_ns = now_ns();
    p.end_ns = p.heard_ns + p.o.seconds * UINT64_C(1000000000);
    if (p.o.ask)
        start_request(&p);
    else if (p.o.nwords > 0)
        start_child(&p);
    probe_all(&p);
    print_all(&p);
    return p.status;
}
