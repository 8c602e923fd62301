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

/* In the middle of a message, somebody has to go on. A client is watched while
 * that is its duty: to read its replies, or to send the rest of a request. If
 * its requests wait for us (stalled, or blocked in a command), it is not to
 * blame. */
void idle_watch_io(struct list *io, struct conn *c, uint64_t now_ms)
{
    bool waits_for_us = c->stalled || c->session.wait;
    bool busy = buf_size(&c->out) > 0 || c->refused ||
                (buf_size(&c->in) > 0 && !waits_for_us);
    bool watched = !list_is_empty(&c->io_node);

    if (busy && watched && c->io_moved < IDLE_PROGRESS)
        return;
    list_detach(&c->io_node);
    c->io_moved = 0;
    if (busy) {
        c->io_since_ms = now_ms;
        list_append(io, &c->io_node);
    }
}

struct conn *idle_first_io(const struct list *io)
{
    if (list_is_empty(io))
        return NULL;
    return container_of(io->next, struct conn, io_node);
}

/* A connection that is on the list already keeps its place: if it went to the
 * end whenever it is woken, a turn could go on for as long as clients like. */
void idle_wake(struct list *turn, struct conn *c)
{
    if (list_is_empty(&c->turn_node))
        list_append(turn, &c->turn_node);
}
