/*
 * clock: milliseconds since some moment in the past. It never goes back, not
 * even when somebody sets the time of day.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

uint64_t clock_now_ms(void);

#endif
