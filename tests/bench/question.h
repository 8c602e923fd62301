/*
 * question.h: a question that is asked again and again on a connection of its
 * own, and how long the answer takes.
 *
 * The time of an answer is when the system received it, and not when we had a
 * CPU to look. Time in which the process that is asked had to wait for a CPU
 * does not count, nor does the time before the question reached it.
 */
#ifndef BENCH_QUESTION_H
#define BENCH_QUESTION_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "answer.h"

struct question {
    const char *name;
    struct slice request, answer;
    int fd;
    char in[16];
    size_t in_len;
    pid_t pid;    /* who is asked, */
    int schedule; /* and the schedstat of that process, */
    int sleep;    /* and where it sleeps */
    int under_way;
    uint64_t asked_ns;
    uint64_t since_ns; /* from when on the wait counts, */
    uint64_t queued_before_ns; /* and what was so then */
    uint64_t cpu_before_ns;
    unsigned sent_again;    /* by the kernel, since it was opened */
};

/* The clock by which questions and answers are timed. */
uint64_t question_now(void);

/* Takes the connection; pid is the server's process. */
void question_open(struct question *q, int fd, pid_t pid);

/* Asks, unless the question is under way. Returns whether it was not. */
int question_ask(struct question *q);

/* Checks whether the server sleeps in its poller. Then the question has not
 * reached it yet, and the wait begins now. */
void question_look(struct question *q);

/* Receives what there is. Returns 1, and sets *arrived_ns, if the answer is
 * complete. Ends the program if it is wrong. */
int question_hear(struct question *q, uint64_t *arrived_ns);

/* Receives into in. Returns 0 if there is nothing; ends the program if the
 * connection has ended. */
size_t question_receive(int fd, char *in, size_t size, uint64_t *arrived_ns);

/* Returns how long the answer took, or would take, if it arrives at arrived_ns.
 * Sets *computed_ns to how long the server computed in that time, at most. */
uint64_t question_waited(const struct question *q, uint64_t arrived_ns,
                         uint64_t *computed_ns);

/* Whether the kernel had to send the question again. */
int question_was_lost(struct question *q);

/* a - b, or 0. */
static inline uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

#endif
