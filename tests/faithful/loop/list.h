// Chapter 12: a ring of nodes, of which one is the list. And the clock.
#ifndef FAITHFUL_LIST_H
#define FAITHFUL_LIST_H

#include <stdint.h>
#include <time.h>

struct DList {
    DList *prev = nullptr;
    DList *next = nullptr;
};

static inline void dlist_init(DList *node)
{
    node->prev = node->next = node;
}

static inline bool dlist_empty(DList *node)
{
    return node->next == node;
}

static inline void dlist_detach(DList *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
}

static inline void dlist_insert_before(DList *target, DList *fresh)
{
    fresh->prev = target->prev;
    fresh->next = target;
    target->prev->next = fresh;
    target->prev = fresh;
}

static inline uint64_t get_monotonic_msec()
{
    struct timespec tv = {};
    clock_gettime(CLOCK_MONOTONIC, &tv);
    return (uint64_t)tv.tv_sec * 1000 + (uint64_t)tv.tv_nsec / 1000 / 1000;
}

#endif
