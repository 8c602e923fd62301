/*
 * timers: what the server does at a certain time, not because a client asks.
 */
#ifndef TIMERS_H
#define TIMERS_H

#include "server.h"

/* Returns how long the poller may wait, in milliseconds: until the first timer,
 * or -1 if there is no timer. */
int timers_wait_ms(const struct server *s);

/* Closes connections that have exceeded a time limit, and removes expired keys:
 * of these, as many as a turn has time for. */
void timers_run(struct server *s);

#endif
