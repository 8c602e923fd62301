/*
 * timers: what the server does when it is time, not when a client asks.
 */
#ifndef TIMERS_H
#define TIMERS_H

#include "server.h"

/* How long the poller may wait, in milliseconds: until the first timer, or -1
 * for ever. */
int timers_wait_ms(const struct server *s);

/* Does what is due now, a bounded amount of it. */
void timers_run(struct server *s);

#endif
