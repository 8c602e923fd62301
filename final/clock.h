/*
 * clock: milliseconds since some moment in the past. It never goes back, not
 * even when somebody sets the time of day.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

uint64_t clock_now_ms(void);

uint64_t clock_now_us(void); /* the same in microseconds */

/* What is to be added to that for milliseconds since 1970. It is determined
 * once, so that a time which is converted to and fro comes out the same. */
int64_t clock_wall_offset_ms(void);

#endif
