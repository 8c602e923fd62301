/*
 * usage: what the program takes of the machine, in the system's figures.
 *
 * Memory is what is resident: in RAM, now. It is not what malloc() has handed
 * out. To tell that, glibc's mallinfo2() walks through every free piece, and
 * after a million keys were deleted here and there, everybody would wait for
 * half a second. So freed memory counts for as long as malloc() keeps it.
 */
#ifndef USAGE_H
#define USAGE_H

#include <stdint.h>

struct usage {
    uint64_t memory;      /* bytes; the peak where the system tells only that */
    uint64_t memory_peak; /* the most that it has been */
    uint64_t user_us;     /* processor time, of all threads */
    uint64_t system_us;
};

/* Stores the present figures. It takes system calls: for INFO, not per turn. */
void usage_read(struct usage *u);

#endif
