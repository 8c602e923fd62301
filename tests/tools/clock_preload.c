/*
 * clock_preload: a library that LD_PRELOAD puts before the C library. It tries
 * a program at moments that are rare, but do come.
 *
 *   CLOCK_MS=N     the monotonic clocks begin at N milliseconds, as if the
 *                  machine had been up for that long
 *   WALL_JUMP=S    four seconds after the start somebody sets the system's time
 *                  S seconds forward (back, if negative); the monotonic clocks
 *                  do not care
 *
 * The clocks run as fast as ever, and timeouts of system calls are unchanged. A
 * call that takes a time of day in place of a timeout gets the kernel's time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static struct timespec began, offset; /* of the monotonic clocks */
static time_t jump;

static int really(clockid_t id, struct timespec *t)
{
    return (int)syscall(SYS_clock_gettime, id, t);
}

__attribute__((constructor)) static void begin(void)
{
    const char *ms = getenv("CLOCK_MS"), *seconds = getenv("WALL_JUMP");

    really(CLOCK_MONOTONIC, &began);
    if (ms) {
        int64_t start = strtoll(ms, NULL, 10);
        offset.tv_sec = (time_t)(start / 1000) - began.tv_sec;
        offset.tv_nsec = (long)(start % 1000) * 1000000 - began.tv_nsec;
    }
    jump = seconds ? (time_t)strtoll(seconds, NULL, 10) : 0;
}

static int is_wall(clockid_t id)
{
    return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
}

static time_t jumped(void)
{
    struct timespec now;

    really(CLOCK_MONOTONIC, &now);
    return now.tv_sec - began.tv_sec >= 4 ? jump : 0;
}

/* t + sign * offset, with a whole number of nanoseconds below a second. */
static struct timespec shifted(struct timespec t, int sign)
{
    t.tv_sec += sign * offset.tv_sec;
    t.tv_nsec += sign * offset.tv_nsec;
    if (t.tv_nsec < 0) {
        t.tv_sec--;
        t.tv_nsec += 1000000000;
    } else if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
    if (really(id, t) != 0)
        return -1;
    if (is_wall(id)) {
        t->tv_sec += jumped();
    } else if (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_RAW ||
               id == CLOCK_MONOTONIC_COARSE || id == CLOCK_BOOTTIME) {
        *t = shifted(*t, 1);
    }
    return 0;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    t->tv_sec = now.tv_sec;
    t->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *t)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (t)
        *t = now.tv_sec;
    return now.tv_sec;
}

int clock_nanosleep(clockid_t id, int flags, const struct timespec *t,
                    struct timespec *left)
{
    struct timespec until = *t;

    if (flags == TIMER_ABSTIME && !is_wall(id))
        until = shifted(until, -1);
    return syscall(SYS_clock_nanosleep, id, flags, &until, left) == 0 ? 0 : errno;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *next,
                    struct itimerspec *old)
{
    struct itimerspec timer = *next;

    if ((flags & TFD_TIMER_ABSTIME) && (timer.it_value.tv_sec || timer.it_value.tv_nsec))
        timer.it_value = shifted(timer.it_value, -1);
    return (int)syscall(SYS_timerfd_settime, fd, flags, &timer, old);
}
