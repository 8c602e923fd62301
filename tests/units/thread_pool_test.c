/*
 * struct thread_pool of the directory under test, seen through thread_pool.h.
 *
 * Every job counts how often it runs, which must be once. A step that hangs is
 * ended after some seconds, and its name is printed. SEED=n repeats a run (as
 * far as threads can).
 */
#include "thread_pool.h"

#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "passed.h"
#include "random.h"

enum {
    MOST_JOBS = 5000,
    MOST_THREADS = 8,
    ONE_BY_ONE = 4000,
    PATIENCE_S = 10,
};

static void fail(const char *what)
{
    puts(what);
    exit(1);
}

/* ---- a limit to the patience ---- */

static const char *volatile doing = "nothing";

static void on_alarm(int signum)
{
    (void)signum;
    const char *text = doing;
    size_t len = 0;
    while (text[len])
        len++;
    if (write(1, "it hangs: ", 10) < 0 || write(1, text, len) < 0 ||
        write(1, "\n", 1) < 0)
        _exit(2);
    _exit(1);
}

static void begin(const char *what)
{
    doing = what;
    alarm(PATIENCE_S);
}

static void nap_us(unsigned us)
{
    struct timespec t = {.tv_sec = us / 1000000,
                         .tv_nsec = (long)(us % 1000000) * 1000};
    nanosleep(&t, NULL);
}

/* ---- jobs ---- */

static atomic_int runs[MOST_JOBS];
static atomic_int nruns;

static void count_job(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
    atomic_fetch_add(&nruns, 1);
}

static void slow_job(void *arg)
{
    nap_us(50);
    count_job(arg);
}

static void reset(void)
{
    for (size_t i = 0; i < MOST_JOBS; i++)
        atomic_store(&runs[i], 0);
    atomic_store(&nruns, 0);
}

static void check_runs(size_t njobs)
{
    for (size_t i = 0; i < MOST_JOBS; i++) {
        int n = atomic_load(&runs[i]);
        if (n == (i < njobs))
            continue;
        printf("%s: job %zu of %zu was run %d times\n", doing, i, njobs, n);
        exit(1);
    }
}

static void start(struct thread_pool *p, size_t nthreads)
{
    if (thread_pool_init(p, nthreads) != 0)
        fail("thread_pool_init failed");
}

/* ---- random rounds ---- */

static void test_random(void)
{
    for (int round = 0; round < 40; round++) {
        struct thread_pool p;
        size_t nthreads = 1 + (size_t)random_below(MOST_THREADS);
        size_t njobs = (size_t)random_below(round % 4 ? 200 : MOST_JOBS);
        bool in_bursts = random_below(2);

        begin("random jobs, then thread_pool_release()");
        reset();
        start(&p, nthreads);
        for (size_t i = 0; i < njobs; i++) {
            bool slow = random_below(8) == 0 && njobs < 200;
            thread_pool_queue(&p, slow ? slow_job : count_job, &runs[i]);
            if (in_bursts && random_below(20) == 0)
                nap_us((unsigned)random_below(300));
        }
        thread_pool_release(&p);
        check_runs(njobs);
    }
}

/* ---- a gate that jobs wait at ---- */

static pthread_mutex_t gate_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_opened = PTHREAD_COND_INITIALIZER;
static bool gate_open;
static atomic_int at_gate;

static void gate_job(void *arg)
{
    atomic_fetch_add(&at_gate, 1);
    pthread_mutex_lock(&gate_mutex);
    while (!gate_open)
        pthread_cond_wait(&gate_opened, &gate_mutex);
    pthread_mutex_unlock(&gate_mutex);
    count_job(arg);
}

static void set_gate(bool open)
{
    pthread_mutex_lock(&gate_mutex);
    gate_open = open;
    pthread_cond_broadcast(&gate_opened);
    pthread_mutex_unlock(&gate_mutex);
}

static void *open_gate_later(void *arg)
{
    (void)arg;
    nap_us(50000);
    set_gate(true);
    return NULL;
}

/* Four threads must be at the gate: four jobs run at once, every thread was
 * woken, and none has ended. */
static void fill_gate(struct thread_pool *p, size_t job)
{
    set_gate(false);
    atomic_store(&at_gate, 0);
    for (size_t i = 0; i < 4; i++)
        thread_pool_queue(p, gate_job, &runs[job + i]);
    while (atomic_load(&at_gate) < 4)
        nap_us(1000);
}

/* With all threads at work, queueing more does not wait for them, and the
 * release does not forget what is in the queue. */
static void test_full_queue(void)
{
    struct thread_pool p;
    pthread_t opener;
    size_t njobs = MOST_JOBS;

    reset();
    start(&p, 4);
    nap_us(50000);
    begin("4 jobs for 4 sleeping threads: some thread was not woken");
    fill_gate(&p, 0);

    begin("thread_pool_queue() waits for the jobs before it");
    for (size_t i = 4; i < njobs; i++)
        thread_pool_queue(&p, count_job, &runs[i]);
    if (atomic_load(&nruns) != 0)
        fail("with all threads busy a job was run: by thread_pool_queue()?");

    begin("thread_pool_release() with a full queue");
    if (pthread_create(&opener, NULL, open_gate_later, NULL) != 0)
        fail("pthread_create failed");
    thread_pool_release(&p);
    pthread_join(opener, NULL);
    check_runs(njobs);
}

/* ---- one or two jobs at a time ---- */

/* The threads sleep in between. But the thread that has just run a job often
 * takes the next one, too, and another thread is woken for nothing. */
static void test_wake_ups(void)
{
    struct thread_pool p;

    begin("one or two jobs at a time: a wake-up was lost");
    reset();
    start(&p, 4);
    for (int i = 0; i < ONE_BY_ONE; i++) {
        thread_pool_queue(&p, count_job, &runs[i]);
        if (random_below(3) == 0)
            continue;
        while (atomic_load(&nruns) <= i) {
            if (i % 4 == 0)
                nap_us(10);
        }
        if (random_below(8) == 0)
            nap_us((unsigned)random_below(200));
    }
    begin("one or two jobs at a time: some threads have ended (woken, and nothing there?)");
    fill_gate(&p, ONE_BY_ONE);
    set_gate(true);
    begin("thread_pool_release() with an empty queue");
    thread_pool_release(&p);
    check_runs(ONE_BY_ONE + 4);
}

/* ---- threads without work take no time ---- */

struct usage {
    int64_t cpu_ms;
    long sleeps; /* how often a thread went to sleep */
};

static struct usage usage_now(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (struct usage){
        .cpu_ms = (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
                  (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000,
        .sleeps = u.ru_nvcsw,
    };
}

static void idle(const char *when)
{
    struct usage before = usage_now();
    nap_us(300000);
    struct usage after = usage_now();
    int64_t used = after.cpu_ms - before.cpu_ms;
    long sleeps = after.sleeps - before.sleeps;
    if (used > 60 || sleeps > 60) {
        printf("%s: in 300 ms 4 idle threads used %" PRId64
               " ms of CPU time, and woke up %ld times\n",
               when, used, sleeps);
        exit(1);
    }
}

static void test_idle(void)
{
    struct thread_pool p;

    begin("idle threads");
    reset();
    start(&p, 4);
    idle("before the first job");
    for (size_t i = 0; i < 100; i++)
        thread_pool_queue(&p, count_job, &runs[i]);
    while (atomic_load(&nruns) < 100)
        nap_us(1000);
    idle("after the last job");
    thread_pool_release(&p);
    check_runs(100);
}

/* ---- pools that come and go ---- */

static void test_short_lives(void)
{
    for (size_t i = 0; i < 200; i++) {
        struct thread_pool p;
        begin("thread_pool_release() right after thread_pool_init()");
        reset();
        start(&p, 1 + i % MOST_THREADS);
        if (i % 2)
            thread_pool_queue(&p, count_job, &runs[0]);
        thread_pool_release(&p);
        check_runs(i % 2);
    }
}

int main(void)
{
    random_begin();

    signal(SIGALRM, on_alarm);
    test_random();
    test_full_queue();
    test_wake_ups();
    test_idle();
    test_short_lives();
    return passed();
}
