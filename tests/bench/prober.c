/*
 * Where other programs run, too, not all of a wait is the server's doing:
 *  - The answer was there, but we had no CPU to look. So the moment that counts
 *    is the one at which the system received it (SO_TIMESTAMPNS).
 *  - The server's main thread could run, but had no CPU. That is taken out. We
 *    know how long it was until we looked; what may have been after the answer
 *    is left in. So a wait is counted as too long rather than too short.
 */
#include "prober.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

#define PATIENCE_NS (60 * UINT64_C(1000000000))

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
    if (p->plan->protocol == PROTOCOL_RESP)
        return p->first[0] == '-';
    return p->first[4] == 1; /* a tag, or a status */
}

/* Only the ends are kept of the REQUEST's answer: it may be large. */
static void hear_request(struct prober *p)
{
    static char in[PONG_MOST + 256 * 1024];
    const struct words *w = words_of(p->plan->protocol);
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
        die("%s was answered with an error", p->plan->words[0]);
    close(p->request);
    p->request = -1;
    p->end_ns = now_ns() + p->plan->settle_ms * 1000000;
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
        p->end_ns = now + p->plan->settle_ms * 1000000;
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
    const struct words *w = words_of(p->plan->protocol);
    char *value = must_alloc(p->plan->value_size);
    int resp = p->plan->protocol == PROTOCOL_RESP;
    struct slice set[] = {{resp ? "SET" : "set", 3}, {"the-probe", 9},
                          {value, p->plan->value_size}};

    p->ping.name = "ping";
    p->ping.request = (struct slice){w->ping, w->ping_len};
    p->ping.answer = (struct slice){w->pong, w->pong_len};
    memset(value, 'x', p->plan->value_size);
    p->set.name = "set";
    p->set.request.data = words_encode(p->plan->protocol, set, 3,
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

    p->server = schedule_open(p->plan->pid);
    p->ping.fd = open_stamped(p->plan->port);
    p->set.fd = open_stamped(p->plan->port);
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
        execvp(p->plan->words[0], p->plan->words);
        die_errno(p->plan->words[0]);
    }
}

/* The server is stopped meanwhile: it would get the CPU as soon as the request
 * is there, and we only after it has carried it out. */
static void start_request(struct prober *p)
{
    p->request = connect_to(p->plan->port);
    finish_connecting(p->request);
    if (kill(p->plan->pid, SIGSTOP) < 0)
        die_errno("kill");
    while (process_state(p->plan->pid) != 'T')
        poll(NULL, 0, 1);
    words_send(p->request, p->plan->protocol, p->plan->words, p->plan->nwords);
    ask_both(p);
    p->ping.since_ns = p->set.since_ns = wall_ns();
    kill(p->plan->pid, SIGCONT);
}

void prober_run(struct prober *p, const struct probe_plan *plan)
{
    *p = (struct prober){.plan = plan, .request = -1};
    choose_words(p);
    open_all(p);
    p->heard_ns = now_ns();
    p->end_ns = p->heard_ns + plan->seconds * UINT64_C(1000000000);
    if (plan->is_request)
        start_request(p);
    else if (plan->nwords > 0)
        start_child(p);
    probe_all(p);
}
