/*
 * thread_pool: threads that do jobs for the loop, which goes on meanwhile.
 *
 *     loop --thread_pool_queue--> [job] [job] [job] --> threads
 *
 * Always true:
 * - every job that was queued is run, once, by one of the threads;
 * - what a job works on belongs to that job: nobody else can reach it;
 * - the queue and the numbers are read and written under the mutex only.
 */
#ifndef THREAD_POOL_H
#define THREAD_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct job {
    struct job *next;
    void (*run)(void *arg);
    void *arg;
};

struct thread_pool {
    pthread_t *threads;
    size_t nthreads;
    pthread_mutex_t mutex;
    pthread_cond_t not_empty; /* there may be a job, or it is time to stop */
    bool stopping;            /* no more jobs will come */
    struct job *first;
    struct job **last; /* the NULL at the queue's end */
    size_t nqueued;
    size_t ndone;
};

/* Starts the threads. Returns 0, or -1 with errno set and none running. */
int thread_pool_init(struct thread_pool *p, size_t nthreads);

/* Has run(arg) called by some thread, some time. Does not wait for it. */
void thread_pool_queue(struct thread_pool *p, void (*run)(void *arg),
                       void *arg);

/* Waits until all jobs are done, and ends the threads. */
void thread_pool_release(struct thread_pool *p);

#endif
