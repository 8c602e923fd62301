// Chapter 14: threads that take work from a queue, for ever.
#ifndef FAITHFUL_THREAD_POOL_H
#define FAITHFUL_THREAD_POOL_H

#include <assert.h>
#include <deque>
#include <pthread.h>
#include <stddef.h>
#include <vector>

struct Work {
    void (*f)(void *) = nullptr;
    void *arg = nullptr;
};

struct ThreadPool {
    std::vector<pthread_t> threads;
    std::deque<Work> queue;
    pthread_mutex_t mu;
    pthread_cond_t not_empty;
};

static void *worker(void *arg)
{
    ThreadPool *tp = (ThreadPool *)arg;
    while (true) {
        pthread_mutex_lock(&tp->mu);
        while (tp->queue.empty())
            pthread_cond_wait(&tp->not_empty, &tp->mu);
        Work w = tp->queue.front();
        tp->queue.pop_front();
        pthread_mutex_unlock(&tp->mu);
        w.f(w.arg);
    }
    return nullptr;
}

static inline void thread_pool_init(ThreadPool *tp, size_t num_threads)
{
    int rv = pthread_mutex_init(&tp->mu, nullptr);
    assert(rv == 0);
    rv = pthread_cond_init(&tp->not_empty, nullptr);
    assert(rv == 0);
    tp->threads.resize(num_threads);
    for (pthread_t &thread : tp->threads) {
        rv = pthread_create(&thread, nullptr, &worker, tp);
        assert(rv == 0);
    }
}

static inline void thread_pool_queue(ThreadPool *tp, void (*f)(void *), void *arg)
{
    Work w;
    w.f = f;
    w.arg = arg;
    pthread_mutex_lock(&tp->mu);
    tp->queue.push_back(w);
    pthread_cond_signal(&tp->not_empty);
    pthread_mutex_unlock(&tp->mu);
}

#endif
