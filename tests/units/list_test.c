/*
 * struct list of the directory under test, seen only through list.h.
 *
 * Random operations on a few lists and many nodes; after each, every list is
 * walked in both directions and must be what a naive model says: an array of
 * node numbers. SEED=n repeats a run.
 */
#include "list.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "passed.h"
#include "random.h"

enum { NLISTS = 3, NNODES = 40, STEPS = 30000 };

struct model {
    size_t nodes[NNODES];
    size_t size;
};

static struct list lists[NLISTS];
static struct list nodes[NNODES];
static struct model models[NLISTS];

static void broken(int step, const char *op, const char *what, size_t list)
{
    printf("step %d, after %s: %s (list %zu, of %zu nodes)\n", step, op, what,
           list, models[list].size);
    exit(1);
}

static void check(int step, const char *op)
{
    for (size_t i = 0; i < NLISTS; i++) {
        const struct model *m = &models[i];
        const struct list *forth = lists[i].next;
        const struct list *back = lists[i].prev;

        if (list_is_empty(&lists[i]) != (m->size == 0))
            broken(step, op, "list_is_empty() is wrong", i);
        for (size_t k = 0; k < m->size; k++) {
            if (forth != &nodes[m->nodes[k]])
                broken(step, op, "following next leads astray", i);
            if (back != &nodes[m->nodes[m->size - 1 - k]])
                broken(step, op, "following prev leads astray", i);
            forth = forth->next;
            back = back->prev;
        }
        if (forth != &lists[i] || back != &lists[i])
            broken(step, op, "its end does not lead back to the list", i);
    }
}

/* Takes the node out of the model it is in, if any. */
static void model_detach(size_t node)
{
    for (size_t i = 0; i < NLISTS; i++) {
        struct model *m = &models[i];
        for (size_t k = 0; k < m->size; k++) {
            if (m->nodes[k] != node)
                continue;
            memmove(&m->nodes[k], &m->nodes[k + 1],
                    (m->size - k - 1) * sizeof m->nodes[0]);
            m->size--;
            return;
        }
    }
}

static void model_append(size_t list, size_t node)
{
    struct model *m = &models[list];
    m->nodes[m->size++] = node;
}

static const char *step(void)
{
    size_t list = random_below(NLISTS);
    size_t node = random_below(NNODES);

    switch (random_below(5)) {
    case 0: /* also of one that is on no list */
        list_detach(&nodes[node]);
        model_detach(node);
        return "list_detach";
    case 1: /* the head, as timers do */
        if (models[list].size == 0)
            return "nothing";
        node = models[list].nodes[0];
        list_detach(lists[list].next);
        model_detach(node);
        return "list_detach of the first";
    case 2: /* twice is once */
        list_detach(&nodes[node]);
        list_detach(&nodes[node]);
        model_detach(node);
        return "list_detach, twice";
    default: /* from wherever it is to the end */
        list_detach(&nodes[node]);
        model_detach(node);
        list_append(&lists[list], &nodes[node]);
        model_append(list, node);
        return "list_detach and list_append";
    }
}

int main(void)
{
    random_begin();

    for (size_t i = 0; i < NLISTS; i++)
        list_init(&lists[i]);
    for (size_t i = 0; i < NNODES; i++)
        list_init(&nodes[i]);
    check(-1, "list_init");
    for (int i = 0; i < STEPS; i++)
        check(i, step());
    return passed();
}
