/*
 * getrusage() exists everywhere, but of memory it knows only the peak. Linux
 * has the present figure in a file, as a number of pages.
 */
#include "usage.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* Returns 0 where the system has no such file. */
static uint64_t resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long long pages = 0;

    if (!file)
        return 0;
    if (fscanf(file, "%*u %llu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t microseconds(struct timeval t)
{
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec;
}

void usage_read(struct usage *u)
{
#ifdef __APPLE__
    const uint64_t unit = 1; /* of ru_maxrss */
#else
    const uint64_t unit = 1024;
#endif
    struct rusage usage = {0};

    getrusage(RUSAGE_SELF, &usage);
    u->memory = resident();
    u->memory_peak = (uint64_t)usage.ru_maxrss * unit;
    if (u->memory == 0)
        u->memory = u->memory_peak;
    if (u->memory > u->memory_peak)
        u->memory_peak = u->memory; /* the peak is updated only now and then */
    u->user_us = microseconds(usage.ru_utime);
    u->system_us = microseconds(usage.ru_stime);
}
