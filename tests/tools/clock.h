/*
 * clock.h: milliseconds that nobody sets back. They are signed, because what
 * is left until a deadline may be less than nothing.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Returns what the monotonic clock says. */
int64_t now_ms(void);

/* Sleeps that long, whatever signals come. */
void pause_ms(size_t ms);

#endif
