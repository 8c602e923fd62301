/*
 * clock: milliseconds since some moment in the past. It never goes back, not
 * even when somebody sets the time of day.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

uint64_t clock_now_ms(void);

uint64_t clock_now_us(void); /* the same in microseconds */

/* Returns what to add to clock_now_ms() for milliseconds since 1970. It is
 * determined once, so that converting a time there and back changes nothing. */
int64_t clock_wall_offset_ms(void);

#endif
