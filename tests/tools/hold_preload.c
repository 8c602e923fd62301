/*
 * hold_preload: a library that LD_PRELOAD puts before the C library. It shows in
 * which order threads free what they are given, and can hold them up. What a
 * thread does depends on the text near the beginning of the memory that it
 * frees:
 *
 *  - With <free TEXT>, it writes "freed TEXT" on stderr, as a line of its own.
 *  - With <hold>, it writes "held", and waits until the process gets SIGUSR2.
 *
 * The main thread is left alone: its buffers hold such texts, too. The signal
 * is never delivered, so it interrupts no call; it stays pending.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    LOOK = 512,         /* how many bytes are searched */
    LONGEST_TEXT = 40,  /* of TEXT */
    HOLD_MS = 30 * 1000 /* at most */
};

static void (*real_free)(void *);

__attribute__((constructor)) static void begin(void)
{
    sigset_t set;

    *(void **)&real_free = dlsym(RTLD_NEXT, "free");
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL); /* each thread inherits that */
}

static int in_main_thread(void)
{
    return syscall(SYS_gettid) == getpid();
}

/* One write() per line: lines of several threads do not mix. */
static void tell(const char *what, const char *text, int len)
{
    char line[LONGEST_TEXT + 16];
    int n = snprintf(line, sizeof line, "%s%.*s\n", what, len, text);

    if (write(STDERR_FILENO, line, (size_t)n) != n) {
        return; /* nobody reads it */
    }
}

static void hold(void)
{
    const struct timespec a_moment = {.tv_nsec = 2 * 1000 * 1000};
    sigset_t pending;

    tell("held", "", 0);
    for (int ms = 0; ms < HOLD_MS; ms += 2) {
        if (sigpending(&pending) == 0 && sigismember(&pending, SIGUSR2)) {
            return;
        }
        nanosleep(&a_moment, NULL);
    }
}

static void look_at(char *mem, size_t len)
{
    char *at = memmem(mem, len, "<free ", 6);
    const char *end = at ? memchr(at, '>', len - (size_t)(at - mem)) : NULL;

    if (end && end - at <= LONGEST_TEXT) {
        *at = ' '; /* the next owner of this memory must not be taken for it */
        tell("freed ", at + 6, (int)(end - at - 6));
    }
    at = memmem(mem, len, "<hold>", 6);
    if (at) {
        *at = ' ';
        hold();
    }
}

void free(void *mem)
{
    if (!real_free) {
        return; /* before the program begins */
    }
    if (mem && !in_main_thread()) {
        size_t len = malloc_usable_size(mem);
        look_at(mem, len < LOOK ? len : LOOK);
    }
    real_free(mem);
}
