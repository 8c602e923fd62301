/*
 * A connection that is active goes to the end of the list. So the list is
 * always sorted, and the one that has been silent for longest is in front.
 */
#include "idle.h"

#include <stddef.h>

#include "container_of.h"

void idle_touch(struct list *idle, struct conn *c, uint64_t now_ms)
{
    c->last_active_ms = now_ms;
    list_detach(&c->idle_node);
    list_append(idle, &c->idle_node);
}

struct conn *idle_first(const struct list *idle)
{
    if (list_is_empty(idle))
        return NULL;
    return container_of(idle->next, struct conn, idle_node);
}

uint64_t idle_deadline(const struct conn *c)
{
    return c->last_active_ms + IDLE_TIMEOUT_MS;
}
