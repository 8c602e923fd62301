/*
 * CLOCK_MONOTONIC counts from some moment when the machine was started. Nobody
 * can set it.
 */
#include "clock.h"

#include <time.h>

uint64_t clock_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
