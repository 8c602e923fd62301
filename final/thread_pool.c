/*
 * One mutex guards the queue and the counters. It is held only while a job is
 * linked in or taken out, never while one runs. Threads without a job sleep on
 * the condition, and each new job wakes one of them.
 */
#include "thread_pool.h"

#include <errno.h>
#include <stdlib.h>

#include "mem.h"

/* Waits for a job and takes it. Returns NULL when it is time to stop. The
 * condition is looked at again after every wait: another thread may have been
 * quicker, and a wait may end for no reason at all. */
static struct job *take(struct thread_pool *p)
{
    while (!p->first && !p->stopping)
        pthread_cond_wait(&p->not_empty, &p->mutex);

    struct job *job = p->first;
    if (job) {
        p->first = job->next;
        if (!p->first)
            p->last = &p->first;
        p->nqueued--;
    }
    return job;
}

static void *work(void *arg)
{
    struct thread_pool *p = arg;
    struct job *job;

    pthread_mutex_lock(&p->mutex);
    while ((job = take(p))) {
        /* Not under the mutex: nobody could queue or take meanwhile. */
        pthread_mutex_unlock(&p->mutex);
        job->run(job->arg);
        free(job);
        pthread_mutex_lock(&p->mutex);
        p->ndone++;
    }
    pthread_mutex_unlock(&p->mutex);
    return NULL;
}

int thread_pool_init(struct thread_pool *p, size_t nthreads)
{
    *p = (struct thread_pool){.last = &p->first};
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->not_empty, NULL);
    p->threads = mem_alloc(nthreads * sizeof p->threads[0]);
    while (p->nthreads < nthreads) {
        int error = pthread_create(&p->threads[p->nthreads], NULL, work, p);
        if (error != 0) {
            thread_pool_release(p);
            errno = error;
            return -1;
        }
        p->nthreads++;
    }
    return 0;
}

void thread_pool_queue(struct thread_pool *p, void (*run)(void *arg), void *arg)
{
    struct job *job = mem_alloc(sizeof *job);

    *job = (struct job){.run = run, .arg = arg};
    pthread_mutex_lock(&p->mutex);
    *p->last = job;
    p->last = &job->next;
    p->nqueued++;
    pthread_cond_signal(&p->not_empty);
    pthread_mutex_unlock(&p->mutex);
}

void thread_pool_release(struct thread_pool *p)
{
    pthread_mutex_lock(&p->mutex);
    p->stopping = true;
    pthread_cond_broadcast(&p->not_empty);
    pthread_mutex_unlock(&p->mutex);
    for (size_t i = 0; i < p->nthreads; i++)
        pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->not_empty);
    pthread_mutex_destroy(&p->mutex);
    free(p->threads);
}
