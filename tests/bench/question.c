/*
 * SO_TIMESTAMPNS makes the system note when something was received.
 *
 * How long a thread waited for a CPU is known only up to now, not up to the
 * answer. Waits that may have come after the answer are not taken out; so a
 * time is too long rather than too short.
 *
 * The server's computing time comes from the clock of its process, which is
 * right at any time and counts all threads. The file schedstat has the running
 * time of the main thread only, and that may be a tick old: up to 4 ms. While
 * the main thread waits for a CPU it computes nothing, whatever the others do.
 */
#include "question.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "common.h"
#include "process.h"

static uint64_t ns_of(const struct timespec *t)
{
    return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_nsec;
}

uint64_t question_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return ns_of(&t);
}

void question_open(struct question *q, int fd, pid_t pid)
{
    int yes = 1;

    q->fd = fd;
    q->pid = pid;
    q->schedule = schedule_open(pid);
    q->sleep = sleep_open(pid);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes));
}

static void begin_wait(struct question *q)
{
    q->queued_before_ns = schedule_waiting_ns(q->schedule);
    q->cpu_before_ns = process_cpu_ns(q->pid);
    q->since_ns = question_now();
}

int question_ask(struct question *q)
{
    if (q->under_way)
        return 0;
    q->under_way = 1;
    q->in_len = 0;
    begin_wait(q);
    q->asked_ns = q->since_ns;
    send_all(q->fd, q->request.data, q->request.len);
    return 1;
}

void question_look(struct question *q)
{
    if (q->under_way && poller_has_nothing(q->sleep))
        begin_wait(q);
}

size_t question_receive(int fd, char *in, size_t size, uint64_t *arrived_ns)
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
    *arrived_ns = question_now();
    c = CMSG_FIRSTHDR(&m);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
        memcpy(&t, CMSG_DATA(c), sizeof(t));
        *arrived_ns = ns_of(&t);
    }
    return (size_t)n;
}

int question_hear(struct question *q, uint64_t *arrived_ns)
{
    q->in_len += question_receive(q->fd, q->in + q->in_len,
                                  sizeof(q->in) - q->in_len, arrived_ns);
    if (!q->under_way || q->in_len > q->answer.len ||
        memcmp(q->in, q->answer.data, q->in_len) != 0)
        die("%s was answered wrongly: %.*s", q->name, (int)q->in_len, q->in);
    if (q->in_len < q->answer.len)
        return 0;
    q->under_way = 0;
    return 1;
}

uint64_t question_waited(const struct question *q, uint64_t arrived_ns,
                         uint64_t *computed_ns)
{
    uint64_t took = less(arrived_ns, q->since_ns);
    uint64_t late = less(question_now(), arrived_ns);
    uint64_t queued = schedule_waiting_ns(q->schedule) - q->queued_before_ns;

    *computed_ns = less(process_cpu_ns(q->pid) - q->cpu_before_ns, late);
    took = less(took, less(queued, late));
    if (*computed_ns > took)
        *computed_ns = took;
    return took;
}

int question_was_lost(struct question *q)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof(info);
    unsigned before = q->sent_again;

    if (getsockopt(q->fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
        q->sent_again = info.tcpi_total_retrans;
    return q->sent_again != before;
}

