/*
 * clock.h of the directory under test: clock_now_ms() is the system's
 * monotonic clock in whole milliseconds. It is read some thousand times between
 * two readings of that clock, so many milliseconds end meanwhile.
 */
#include "clock.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "passed.h"

enum { FOR_MS = 200 };

static uint64_t system_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)(now.tv_nsec / 1000000);
}

int main(void)
{
    uint64_t end = system_ms() + FOR_MS;
    uint64_t before;

    do {
        before = system_ms();
        uint64_t now = clock_now_ms();
        uint64_t after = system_ms();
        if (now < before || now > after) {
            printf("clock_now_ms() is %" PRIu64 ", and the system's clock was "
                   "%" PRIu64 " before and %" PRIu64 " after it\n",
                   now, before, after);
            return 1;
        }
    } while (before < end);
    return passed();
}
