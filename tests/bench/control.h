/*
 * control.h: a process that answers each byte that it gets on a connection with
 * the same byte, and does nothing else. What an answer takes there is due to
 * the machine: whoever waits for a real server waits for that, too.
 */
#ifndef BENCH_CONTROL_H
#define BENCH_CONTROL_H

#include <sys/types.h>

struct control {
    int fd;
    pid_t pid;
};

/* Starts it. It ends when the connection does, at the latest with us. */
struct control control_start(void);

#endif
