/*
 * control.h: a process that sends back each byte that it gets, and does nothing
 * else. How long its answers take is due to the machine alone: a client of a
 * real server has to wait that long, too.
 */
#ifndef BENCH_CONTROL_H
#define BENCH_CONTROL_H

#include <sys/types.h>

struct control {
    int fd;
    pid_t pid;
};

/* Starts it. It ends with its connection, at the latest when we exit. */
struct control control_start(void);

#endif
