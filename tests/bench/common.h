/*
 * common.h: what all programs of the bench need: errors that end the program,
 * a clock, numbers from arguments, random numbers, and connections.
 */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stddef.h>
#include <stdint.h>

/* Prints "NAME: message" on stderr and exits with status 1. */
_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* The same, followed by what errno means. */
_Noreturn void die_errno(const char *what);

/* What die() prints first: the program's name. */
void set_program(const char *name);

/* The monotonic clock, and the time of day. */
uint64_t now_ns(void);
uint64_t wall_ms(void);

/* Returns the whole of text as a number between least and most; anything else
 * ends the program with status 2 and says that `what` is wrong. */
uint64_t number_of(const char *what, const char *text, uint64_t least,
                   uint64_t most);

/* Returns memory that need not be checked. */
void *must_alloc(size_t n);

/* Allows as many descriptors as this user may have. */
void raise_descriptor_limit(void);

/* From now on this program has a CPU only while nobody else wants it. (What it
 * forks has one as usual.) Anybody may do that; where the system does not know
 * how, nothing happens. */
void give_way(void);

/* Begins a non-blocking connection to a port of this machine. Before it is
 * used, it has to be finished. */
int connect_to(int port);

/* How long a server may say nothing; 10 s unless it is set. */
extern int patience_ms;
_Noreturn void die_of_silence(void);

/* Waits until fd can be read, or written if `write` is not 0. Ends the program
 * if that takes longer than patience_ms. */
void await(int fd, int write);

/* Waits until the connection stands. Ends the program if it is refused. */
void finish_connecting(int fd);

/* Sends n bytes, and waits where the connection is full. */
void send_all(int fd, const char *data, size_t n);

/* xorshift64*: good enough to choose keys, and too cheap to show up in what is
 * measured. The state must not be 0. */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t x = *state;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * 0x2545f4914f6cdd1d;
}

/* Returns a number below n, which must be less than 2^32. */
static inline uint64_t random_below(uint64_t *state, uint64_t n)
{
    return ((random_next(state) >> 32) * n) >> 32;
}

#endif
