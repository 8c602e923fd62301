/*
 * fresh: how long does this machine hold up a program that touches new memory?
 *
 *   fresh MEGABYTES
 *
 * It touches memory that it never had before, 4 KB at a time, and prints the
 * longest time that one touch took, and the mean. A server that stores new data
 * has to do the same, so no server can be steadier than this. The time is the
 * program's CPU time: waiting for a CPU does not count.
 *
 * Status: 0; 2 for wrong use.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "common.h"

static uint64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
    const size_t page = 4096;
    size_t size = argc == 2 ? (size_t)strtoul(argv[1], NULL, 10) << 20 : 0;
    uint64_t before, start, longest = 0;
    char *memory;

    if (size == 0) {
        fprintf(stderr, "usage: fresh MEGABYTES\n");
        return 2;
    }
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die_errno("mmap");
    start = before = cpu_ns();
    for (size_t at = 0; at < size; at += page) {
        uint64_t now;
        memory[at] = 1;
        now = cpu_ns();
        if (now - before > longest)
            longest = now - before;
        before = now;
    }
    printf("fresh longest_ms=%.3f mean_us=%.2f\n", (double)longest / 1e6,
           (double)(before - start) / 1e3 / (double)(size / page));
    return 0;
}
