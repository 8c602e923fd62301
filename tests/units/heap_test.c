/*
 * struct heap of the directory under test.
 *
 * Random operations on one heap and many owners. After each the whole heap is
 * checked, and compared with a naive model: an array of times. SEED=n repeats
 * a run.
 */
#include "heap.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "passed.h"
#include "random.h"

enum { NOWNERS = 300, STEPS = 40000 };

/* Few different times, so that many are equal; and the ends of the range. */
static uint64_t random_time(void)
{
    switch (random_word() % 8) {
    case 0:
        return random_word() % 2 ? UINT64_MAX : 0;
    case 1:
        return random_word();
    default:
        return random_word() % 100;
    }
}

/* What owners are like: the index is somewhere in the middle. */
struct owner {
    char before[5];
    uint32_t index;
    bool has_time; /* the model */
    uint64_t at;
};

static struct heap heap;
static struct owner owners[NOWNERS];
static size_t count; /* of owners that have a time */

static void broken(int step, const char *op, const char *what, size_t i)
{
    printf("step %d, after %s: %s (item %zu of %zu; %zu expected)\n", step, op,
           what, i, heap.size, count);
    exit(1);
}

static void check(int step, const char *op)
{
    uint64_t earliest = UINT64_MAX;

    if (heap.size != count)
        broken(step, op, "the number of items is wrong", 0);
    for (size_t i = 0; i < heap.size; i++) {
        if (i > 0 && heap.items[(i - 1) / 2].at > heap.items[i].at)
            broken(step, op, "an item is earlier than its parent", i);
        if (*heap.items[i].index != i)
            broken(step, op, "an owner has not the index of its item", i);
    }
    for (size_t i = 0; i < NOWNERS; i++) {
        const struct owner *o = &owners[i];
        if (!o->has_time && o->index != HEAP_NONE)
            broken(step, op, "an owner without a time has an index", o->index);
        if (!o->has_time)
            continue;
        if (o->index >= heap.size || heap.items[o->index].index != &o->index)
            broken(step, op, "an owner's index is not that of its item",
                   o->index);
        if (heap.items[o->index].at != o->at)
            broken(step, op, "an owner's time is not the one it was given",
                   o->index);
        if (o->at < earliest)
            earliest = o->at;
    }
    if (heap.size > 0 && heap.items[0].at != earliest)
        broken(step, op, "the root is not the earliest", 0);
}

static const char *set(struct owner *o)
{
    const char *op = !o->has_time ? "heap_set of a new owner"
                                  : "heap_set of an owner that has a time";
    if (!o->has_time)
        count++;
    o->has_time = true;
    o->at = random_time();
    heap_set(&heap, &o->index, o->at);
    return op;
}

static const char *drop(struct owner *o, const char *op)
{
    if (o->has_time)
        count--;
    o->has_time = false;
    heap_remove(&heap, &o->index);
    return op;
}

/* The owner of an index, as its user finds it. */
static struct owner *owner_of(uint32_t *index)
{
    return (struct owner *)((char *)index - offsetof(struct owner, index));
}

/* Phases in which the heap grows, and in which it shrinks. */
static const char *step(int i)
{
    struct owner *o = &owners[random_word() % NOWNERS];
    bool grow = (i / 2000) % 2 == 0;

    switch (random_word() % 4) {
    case 0:
        return drop(o, "heap_remove");
    case 1:
        if (heap.size > 0 && !grow)
            return drop(owner_of(heap.items[0].index), "heap_remove of the root");
        return set(o);
    case 2:
        if (heap.size > 0 && !grow)
            return drop(owner_of(heap.items[heap.size - 1].index),
                        "heap_remove of the last item");
        return set(o);
    default:
        return set(o);
    }
}

/* If items are taken out one after the other, their times are in order. */
static void test_sorts(void)
{
    uint64_t last = 0;

    for (size_t i = 0; i < NOWNERS; i++)
        set(&owners[i]);
    check(STEPS, "filling it up");
    while (heap.size > 0) {
        if (heap.items[0].at < last)
            broken(STEPS, "removing the roots", "they are out of order", 0);
        last = heap.items[0].at;
        drop(owner_of(heap.items[0].index), "");
    }
    check(STEPS, "emptying it");
}

/* Only a new item needs room: a new time for an old item reuses its place. */
static void test_update_takes_no_room(void)
{
    do
        set(&owners[count]);
    while (heap.size < heap.cap);
    size_t cap = heap.cap;

    set(&owners[0]);
    check(STEPS, "another time for one of a full array");
    if (heap.cap != cap)
        broken(STEPS, "another time for one of a full array",
               "the array has grown", 0);
}

int main(void)
{
    random_begin();

    for (size_t i = 0; i < NOWNERS; i++)
        owners[i].index = HEAP_NONE;
    for (int i = 0; i < STEPS; i++)
        check(i, step(i));
    test_sorts();
    heap_free(&heap);
    test_update_takes_no_room();
    heap_free(&heap);
    return passed();
}
