/*
 * list: a doubly linked list whose nodes are embedded in what it lists.
 *
 *      +---------------------------------------------+
 *      v                                             |
 *     list <--> node <--> node <--> node <-----------+
 *
 * The list itself is a node, so the ends are not special cases: an empty
 * list points at itself. A node can be taken out in one step, without knowing
 * where, or on which list, it is.
 */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>

struct list {
    struct list *prev;
    struct list *next;
};

/* Makes a list empty, or a node one that is on no list. */
static inline void list_init(struct list *l)
{
    l->prev = l;
    l->next = l;
}

static inline bool list_is_empty(const struct list *l)
{
    return l->next == l;
}

/* Takes a node off its list; one that is on none stays so. */
static inline void list_detach(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* Adds a node, which is on no list, at the end. */
static inline void list_append(struct list *l, struct list *node)
{
    node->prev = l->prev;
    node->next = l;
    l->prev->next = node;
    l->prev = node;
}

#endif
