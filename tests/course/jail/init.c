/*
 * init.c: the first process of a new world: makes it, buries its orphans,
 * watches its memory. When it ends, so does all that is in there.
 */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#include "jail.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { TICK_US = 50000 };

void die_with_parent(void)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
}

bool too_big(const struct jail *j, bool everyone)
{
    if (j->memory == 0 || memory_used(everyone) <= j->memory) {
        return false;
    }
    say("it used more memory than it may, and was killed", "");
    return true;
}

void close_from_3(int except)
{
    for (int fd = 3; fd < 1024; fd++) {
        if (fd != except) {
            close(fd);
        }
    }
}

static void be_init(const struct jail *j, int ready)
{
    die_with_parent();
    close_from_3(ready);
    const char *missing = new_world(j);
    if (missing) {
        say("not available here: ", missing);
    }
    if (missing || write(ready, "", 1) != 1) {
        _exit(1);
    }
    close(ready);
    for (;;) {
        usleep(TICK_US);
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        if (too_big(j, true)) {
            kill(-1, SIGKILL);
        }
    }
}

pid_t start_init(const struct jail *j)
{
    int ready[2];
    char byte;
    if (pipe(ready) != 0) {
        return -1;
    }
    pid_t init = fork();
    if (init == 0) {
        close(ready[0]);
        be_init(j, ready[1]);
    }
    close(ready[1]);
    bool fine = init > 0 && read(ready[0], &byte, 1) == 1;
    close(ready[0]);
    return fine ? init : -1;
}
