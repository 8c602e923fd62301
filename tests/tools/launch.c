/*
 * launch: starts a program in a clean room, so that a test's result does not
 * depend on what the shell, make or a CI job happens to hand down.
 *
 *   launch [-t SECONDS] [-n DESCRIPTORS] [-p FILE] PROGRAM [ARG...]
 *
 *  - Every signal has its default action, and none is blocked. A shell without
 *    job control starts background programs with SIGINT ignored. Some CI
 *    systems hand down an ignored SIGPIPE, which would hide a server's death.
 *
 *  - Descriptors from 3 on are closed: bats waits for every process that holds
 *    one of its own.
 *  - No core dumps. With -n, at most that many descriptors.
 *
 *  - With -t, the program is killed after that many seconds, and the status is
 *    124; death by a signal is status 128 + its number, as in a shell.
 *  - With -p FILE, launch also stays until the end, and ends with that status.
 *    So no shell prints a "Segmentation fault" of its own. The program's pid is
 *    written to FILE.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;
static volatile sig_atomic_t too_late;

static void on_signal(int signal)
{
    too_late = signal == SIGALRM;
    kill(child, signal == SIGALRM ? SIGKILL : signal);
}

static void limit(int what, rlim_t most)
{
    struct rlimit r;
    if (getrlimit(what, &r) == 0) {
        r.rlim_cur = most;
        r.rlim_max = most; /* a server may not raise it again */
        setrlimit(what, &r);
    }
}

static void clean_room(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int s = 1; s < 65; s++) {
        signal(s, SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int fd = 3; fd < 1024; fd++) {
        close(fd);
    }
    limit(RLIMIT_CORE, 0);
}

static int become(char **argv)
{
    execvp(argv[0], argv);
    fprintf(stderr, "launch: %s: %s\n", argv[0], strerror(errno));
    return errno == ENOENT ? 127 : 126;
}

static void tell(const char *file)
{
    FILE *f = file ? fopen(file, "w") : NULL;
    if (f) {
        fprintf(f, "%d\n", (int)child);
        fclose(f);
    }
}

static int watch(char **argv, unsigned seconds, const char *told)
{
    int status;
    child = fork();
    if (child == 0) {
        return become(argv);
    }
    tell(told);
    signal(SIGALRM, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    alarm(seconds);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return 125;
        }
    }
    if (too_late) {
        fprintf(stderr, "launch: %s still ran after %u seconds: killed\n", argv[0], seconds);
        return 124;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    unsigned seconds = 0;
    const char *told = NULL;
    int option;
    clean_room();
    while (argc > 1 && (option = getopt(argc, argv, "+t:n:p:")) != -1) {
        if (option == 't') {
            seconds = (unsigned)strtoul(optarg, NULL, 10);
        } else if (option == 'p') {
            told = optarg;
        } else if (option == 'n') {
            limit(RLIMIT_NOFILE, (rlim_t)strtoul(optarg, NULL, 10));
        } else {
            return 2;
        }
    }
    if (optind >= argc) {
        fprintf(stderr, "usage: launch [-t SECONDS] [-n DESCRIPTORS] [-p FILE] PROGRAM [ARG...]\n");
        return 2;
    }
    if (seconds || told) {
        return watch(argv + optind, seconds, told);
    }
    return become(argv + optind);
}
