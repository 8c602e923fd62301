/*
 * process.h: what the system knows about a process. Linux keeps all times in
 * nanoseconds, and includes the kernel's work for the process.
 */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* Returns the CPU time of all its threads, including those that have ended.
 * Ends the program if there is no such process. */
uint64_t process_cpu_ns(pid_t pid);

/* The same in ticks of 10 ms, outside the kernel and inside. The system counts
 * that by sampling: over less than a second it is a rough figure. */
struct process_ticks {
    uint64_t user;
    uint64_t system;
};
struct process_ticks process_ticks(pid_t pid);

/* Returns what its main thread does: 'R' for running, 'T' for stopped, ... */
char process_state(pid_t pid);

/* Returns the bytes of memory that it occupies now. */
uint64_t process_rss(pid_t pid);

/* Returns a descriptor for schedule_waiting_ns(). */
int schedule_open(pid_t pid);

/* Returns how long the main thread of the process was ready to run, but had no
 * CPU. */
uint64_t schedule_waiting_ns(int fd);

/* Returns a descriptor for poller_has_nothing(), or -1 where the system does
 * not tell. */
int sleep_open(pid_t pid);

/* Whether the main thread sleeps until poll(), select() or epoll has something
 * for it. False if the system does not tell. */
int poller_has_nothing(int fd);

#endif
