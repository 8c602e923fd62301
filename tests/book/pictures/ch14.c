/*
 * ch14 pool: records the queue of thread_pool.c of ch14_threads, with two threads. The jobs wait at
 * a gate until they are told to end, so nothing moves while a state is written down.
 */
#include <time.h>

#include "recorder.h"

#include "../../../ch14_threads/thread_pool.c"

enum { THREADS = 2, JOBS = 5 };

/* What a job does: it frees a large set, say. */
static struct task {
    char name;
    bool began, may_end;
} tasks[JOBS];

static struct thread_pool pool;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* for the tasks */

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
}

static bool look(const bool *flag)
{
    pthread_mutex_lock(&gate);
    bool is_set = *flag;
    pthread_mutex_unlock(&gate);
    return is_set;
}

static void set(bool *flag)
{
    pthread_mutex_lock(&gate);
    *flag = true;
    pthread_mutex_unlock(&gate);
}

static void do_task(void *arg)
{
    struct task *t = arg;
    set(&t->began);
    while (!look(&t->may_end)) {
        nap();
    }
}

/* Waits until the numbers of the pool are these. */
static void wait_for(size_t queued, size_t done, size_t running)
{
    for (int i = 0; i < 5000; i++, nap()) {
        size_t began = 0;
        for (size_t t = 0; t < JOBS; t++) {
            began += look(&tasks[t].began);
        }
        pthread_mutex_lock(&pool.mutex);
        bool there = pool.nqueued == queued && pool.ndone == done && began == done + running;
        pthread_mutex_unlock(&pool.mutex);
        if (there) {
            return;
        }
    }
    must(false, "the pool does not do what was expected");
}

static void show(const char *label)
{
    size_t running = 0;
    state("%s", label);
    pthread_mutex_lock(&pool.mutex);
    printf("    chain first:");
    for (const struct job *job = pool.first; job; job = job->next) {
        printf(" %c", ((const struct task *)job->arg)->name);
    }
    printf("\n    set in the hands of a thread:");
    for (size_t t = 0; t < JOBS; t++) {
        if (look(&tasks[t].began) && !look(&tasks[t].may_end)) {
            printf(" %c", tasks[t].name);
            running++;
        }
    }
    printf("\n");
    line("fact at work: %zu of %zu threads", running, pool.nthreads);
    line("fact queued: %zu", pool.nqueued);
    line("fact done: %zu", pool.ndone);
    line("fact stopping: %s", pool.stopping ? "yes" : "no");
    pthread_mutex_unlock(&pool.mutex);
}

static void queue(size_t t)
{
    tasks[t].name = (char)('a' + (int)t);
    thread_pool_queue(&pool, do_task, &tasks[t]);
}

static void *release(void *arg)
{
    thread_pool_release(&pool);
    return arg;
}

static void wait_until_stopping(void)
{
    for (int i = 0; i < 5000; i++, nap()) {
        pthread_mutex_lock(&pool.mutex);
        bool stopping = pool.stopping;
        pthread_mutex_unlock(&pool.mutex);
        if (stopping) {
            return;
        }
    }
    must(false, "thread_pool_release() does not begin");
}

int main(void)
{
    pthread_t releasing;
    must(thread_pool_init(&pool, THREADS) == 0, "thread_pool_init");
    show("two threads, no job");
    queue(0);
    wait_for(0, 0, 1);
    show("job a is queued");
    queue(1);
    wait_for(0, 0, 2);
    queue(2);
    queue(3);
    wait_for(2, 0, 2);
    show("b, c and d are queued");
    set(&tasks[1].may_end);
    wait_for(1, 1, 2);
    show("job b ends");
    queue(4);
    wait_for(2, 1, 2);
    must(pthread_create(&releasing, NULL, release, NULL) == 0, "pthread_create");
    wait_until_stopping();
    show("e is queued, and thread_pool_release() is called");
    for (size_t t = 0; t < JOBS; t++) {
        set(&tasks[t].may_end);
    }
    pthread_join(releasing, NULL);
    state("thread_pool_release() returns");
    line("chain first:");
    line("set in the hands of a thread:");
    line("fact at work: none, the threads have ended");
    line("fact queued: %zu", pool.nqueued);
    line("fact done: %zu", pool.ndone);
    line("fact stopping: yes");
    return 0;
}
