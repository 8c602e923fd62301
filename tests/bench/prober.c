/*
 * While other programs run, the server does not cause all of a wait. Not all of
 * the rest is taken out in question.h:
 *  - The kernel was late to deliver something. The same happens to the control,
 *    which is asked at the same time and always answers at once. That wait is
 *    taken out, too, but never the time in which the server computed.
 *  - The server sleeps in its poller, though a question is under way: it has
 *    not arrived. When many connections come or go at once, the kernel is busy
 *    with them for 20 ms and more. The wait begins when the server last slept.
 *  - The kernel dropped the question (it has room for a thousand packets, which
 *    many new connections fill) and sent it again after 200 ms. Such a wait is
 *    left out.
 */
#include "prober.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "control.h"
#include "process.h"

#define PATIENCE_NS (60 * UINT64_C(1000000000))

/* ---- asking and hearing ---- */

static void ask_all(struct prober *p)
{
    uint64_t unseen = now_ns() - p->heard_ns;

    if (!p->ping.q.under_way && !p->set.q.under_way && unseen > p->unseen_ns)
        p->unseen_ns = unseen;
    question_look(&p->ping.q);
    question_look(&p->set.q);
    question_ask(&p->control);
    if (question_ask(&p->ping.q))
        p->ping.control_ns = 0;
    if (question_ask(&p->set.q))
        p->set.control_ns = 0;
}

static void at_least(uint64_t *what, uint64_t ns)
{
    if (*what < ns)
        *what = ns;
}

static void hear_control(struct prober *p)
{
    uint64_t arrived_ns, wait_ns, ignored;

    if (!question_hear(&p->control, &arrived_ns))
        return;
    wait_ns = question_waited(&p->control, arrived_ns, &ignored);
    at_least(&p->ping.control_ns, wait_ns);
    at_least(&p->set.control_ns, wait_ns);
}

static void hear(struct prober *p, struct probe *probe)
{
    uint64_t arrived_ns, wait_ns, computed_ns, ignored;

    if (!question_hear(&probe->q, &arrived_ns))
        return;
    p->heard_ns = now_ns();
    histogram_add(&probe->raw, less(question_now(), probe->q.asked_ns), 1);
    if (question_was_lost(&probe->q))
        return;
    wait_ns = question_waited(&probe->q, arrived_ns, &computed_ns);
    if (p->control.under_way)
        at_least(&probe->control_ns,
                 question_waited(&p->control, arrived_ns, &ignored));
    wait_ns = less(wait_ns, probe->control_ns);
    at_least(&wait_ns, computed_ns);
    if (wait_ns >= probe->waits.longest)
        probe->busy_ns = computed_ns;
    histogram_add(&probe->waits, wait_ns, 1);
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
    size_t n = question_receive(p->request, in + PONG_MOST,
                                sizeof(in) - PONG_MOST, &arrived_ns);

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
    uint64_t now = now_ns(), wall = question_now();
    int status;

    if (p->child > 0 && waitpid(p->child, &status, WNOHANG) > 0) {
        p->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                        : WEXITSTATUS(status);
        p->child = 0;
        p->end_ns = now + p->plan->settle_ms * 1000000;
    }
    if ((p->ping.q.under_way && less(wall, p->ping.q.asked_ns) > PATIENCE_NS) ||
        (p->set.q.under_way && less(wall, p->set.q.asked_ns) > PATIENCE_NS))
        die("the server said nothing for a minute");
    return p->child == 0 && p->request < 0 && now >= p->end_ns;
}

/* At the end, questions that are under way are waited for: the longest wait may
 * be one of these. */
static void probe_all(struct prober *p)
{
    struct pollfd fds[5] = {
        {.fd = p->timer, .events = POLLIN},
        {.fd = p->control.fd, .events = POLLIN},
        {.fd = p->ping.q.fd, .events = POLLIN},
        {.fd = p->set.q.fd, .events = POLLIN},
        {.fd = p->request, .events = POLLIN},
    };
    uint64_t ticks;
    int over;

    while (!(over = is_over(p)) || p->ping.q.under_way || p->set.q.under_way) {
        if (poll(fds, 5, 1000) < 0 && errno != EINTR)
            die_errno("poll");
        if (fds[1].revents)
            hear_control(p);
        if (fds[2].revents)
            hear(p, &p->ping);
        if (fds[3].revents)
            hear(p, &p->set);
        if (fds[4].revents && p->request >= 0)
            hear_request(p);
        fds[4].fd = p->request;
        if (fds[0].revents && read(p->timer, &ticks, sizeof(ticks)) > 0 &&
            !over)
            ask_all(p);
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
    struct slice *request = &p->set.q.request;

    memset(value, 'x', p->plan->value_size);
    request->data = words_encode(p->plan->protocol, set, 3, &request->len);
    free(value);
    p->set.q.answer = (struct slice){w->ok, w->ok_len};
    p->set.q.name = "set";
    p->ping.q.request = (struct slice){w->ping, w->ping_len};
    p->ping.q.answer = (struct slice){w->pong, w->pong_len};
    p->ping.q.name = "ping";
    p->control.request = p->control.answer = (struct slice){"x", 1};
    p->control.name = "control";
}

static int connected_to(int port)
{
    int fd = connect_to(port);

    finish_connecting(fd);
    return fd;
}

static void open_all(struct prober *p)
{
    struct itimerspec every = {.it_interval.tv_nsec = 1000000,
                               .it_value.tv_nsec = 1000000};
    struct control c = control_start();

    question_open(&p->control, c.fd, c.pid);
    question_open(&p->ping.q, connected_to(p->plan->port), p->plan->pid);
    question_open(&p->set.q, connected_to(p->plan->port), p->plan->pid);
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
    p->request = connected_to(p->plan->port);
    if (kill(p->plan->pid, SIGSTOP) < 0)
        die_errno("kill");
    while (process_state(p->plan->pid) != 'T')
        poll(NULL, 0, 1);
    words_send(p->request, p->plan->protocol, p->plan->words, p->plan->nwords);
    ask_all(p);
    p->ping.q.since_ns = p->set.q.since_ns = question_now();
    p->ping.q.asked_ns = p->set.q.asked_ns = p->ping.q.since_ns;
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
