/*
 * jail: runs a program that is not trusted.
 *
 *   jail [OPTION...] PROGRAM [ARG...]
 *
 *   -w DIR    what it may write, and where it is when it starts
 *   -a PATH   where in its world DIR is (else at its own path)
 *   -s SUB    the folder of DIR that it starts in
 *   -r DIR    what else it may read (besides the system's own folders)
 *   -x PATH   what it must not see, were it in one of those
 *   -e DIR    where it exchanges files with the tests: writable, too; in it
 *             whatever is started from there starts
 *   -u UID    who it runs as (only root may say so)
 *   -t SECONDS, -c SECONDS of CPU a process, -m MIB of memory (all of its
 *   processes together), -f MIB a file, -d MIB in /tmp, -k MIB in DIR (seen
 *             to where there are no namespaces; with -u, -d is then for all
 *             that UID has in /tmp, /var/tmp and /dev/shm), -p PROCESSES
 *   -o        an outer jail, for the tests and all that they start: process
 *             ids and a network (loopback) of its own; with -w DIR, a disk of
 *             -d MIB there; with -e DIR, a small one there, on which no
 *             symbolic link leads anywhere; nothing is limited but the time
 *   -N        without namespaces; -P: says what cannot be confined, runs
 *             nothing; status 0: all can, 1: not
 *
 * Called by another name, say path/server, it reads its options from the file
 * path/.jail, one a line, and runs the server of DIR/SUB: so that whoever
 * starts path/server starts it in its jail. path/.inside PROGRAM [ARG...] runs
 * any program there. The variable JAIL_TELLS then names a file that is told
 * the process id of the program itself, and JAIL_SHARES the directory of -e.
 *
 * When the program has ended, or was killed, so was everything that it left
 * behind. Its status is the jail's; 128 + N after a signal; 124 when its time
 * was over. Where the system has no namespaces for us, limits, the kill, and
 * (for root) another user are all there is.
 */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#define __BSD_VISIBLE 1
#include "jail.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { TICK_MS = 50, TICKS_A_LOOK = 20, OUTPUT_MIB = 16 };

static pid_t program;
static bool is_outer;

/* An outer jail that is to end ends at once, with all that is in it. */
static void pass_on(int signal)
{
    if (signal != SIGALRM && program > 0) {
        kill(program, is_outer ? SIGKILL : signal);
    }
}

static void handle_signals(void)
{
    static const int passed[] = { SIGALRM, SIGTERM, SIGINT,  SIGHUP,
                                  SIGQUIT, SIGUSR1, SIGUSR2, 0 };
    struct sigaction action = { .sa_handler = pass_on };
    for (int i = 0; passed[i]; i++) {
        sigaction(passed[i], &action, NULL);
    }
}

void say(const char *what, const char *argument)
{
    char line[512];
    int n = snprintf(line, sizeof line, "jail: %s%s\n", what, argument);
    n = n < (int)sizeof line ? n : (int)sizeof line - 1;
    if (write(STDERR_FILENO, line, (size_t)n) < 0) {
        return; /* nobody listens */
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- the program ---- */

static void become_program(const struct jail *j, bool namespaces)
{
    const char *home = namespaces && j->at ? j->at : j->home;
    const char *file = j->file_name ? j->file_name : j->argv[0];
    char path[4096];
    setsid(); /* kill(0, ...) is then its own business */
    die_with_parent();
    if (!j->outer) {
        set_limits(j, namespaces);
        drop_rights(j, namespaces);
        die_with_parent(); /* forgotten when the user changed */
        const char *start = j->from_shared ? j->shared : j->start;
        if (chdir(home) != 0 || (start && chdir(start) != 0)) {
            perror("jail: its directory");
            _exit(125);
        }
    }
    close_from_3(-1);
    execvp(file, j->argv);
    snprintf(path, sizeof path, "%s: ", j->argv[0]);
    say(path, strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

static void tell(int fd)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%d\n", (int)program);
    if (fd >= 0 && write(fd, text, (size_t)n) != n) {
        perror("jail: JAIL_TELLS");
    }
    close(fd);
}

/*
 * Has it written more than it may? It takes a while: a look a second. The
 * first one comes at once, and finds what programs before it have left.
 */
static bool too_full(const struct jail *j)
{
    static int ticks;
    if (j->disk == 0 || ticks++ % TICKS_A_LOOK != 0) {
        return false;
    }
    long used = disk_used(j->home) + (j->shared ? disk_used(j->shared) : 0);
    if (used <= j->disk &&
        (j->uid == 0 || !user_fills((uid_t)j->uid, j->temporary))) {
        return false;
    }
    say("it wrote more than it may, and was killed", "");
    return true;
}

/* Waits for the program's end or brings it about. */
static int watch(const struct jail *j, bool namespaces)
{
    struct itimerval tick = { { 0, TICK_MS * 1000 }, { 0, TICK_MS * 1000 } };
    double end = j->seconds ? now() + (double)j->seconds : 0;
    bool late = false, watched = !namespaces && !j->outer;
    int status;
    if (end > 0 || watched) {
        setitimer(ITIMER_REAL, &tick, NULL);
    }
    while (waitpid(program, &status, 0) < 0 && errno == EINTR) {
        if (!late && end > 0 && now() > end) {
            late = true;
            kill(program, SIGKILL);
        }
        if (watched && (too_big(j, false) || too_full(j))) {
            kill_descendants();
        }
    }
    if (late) {
        char seconds[64];
        snprintf(seconds, sizeof seconds, "%ld s", j->seconds);
        say("it was killed: it still ran after ", seconds);
        return 124;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What it said too much is not kept: the disk is not its own. */
static void cut_output(int fd)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        st.st_size > OUTPUT_MIB * 1024L * 1024L && ftruncate(fd, 65536) == 0) {
        lseek(fd, 0, SEEK_END);
        say("it printed more than is kept", "");
    }
}

static void end_all(pid_t init)
{
    if (init > 0) {
        kill(init, SIGKILL);
        waitpid(init, NULL, 0); /* returns when all of its namespace is dead */
    } else {
        kill(-program, SIGKILL);
        kill_descendants();
    }
}

static int run(const struct jail *j)
{
    bool namespaces = !j->free;
    pid_t init = 0;
    if (namespaces && !unshare_all(j)) {
        say("there are no namespaces for us here (-N does without)", "");
        return 125;
    }
    is_outer = j->outer;
    handle_signals();
#ifdef PR_SET_CHILD_SUBREAPER
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
    if (namespaces && (init = start_init(j)) < 0) {
        return 125;
    }
    program = fork();
    if (program < 0) {
        perror("jail: fork");
        end_all(init);
        return 125;
    }
    if (program == 0) {
        become_program(j, namespaces);
    }
    tell(j->told);
    int status = watch(j, namespaces);
    end_all(init);
    if (!j->outer) {
        cut_output(STDOUT_FILENO);
        cut_output(STDERR_FILENO);
    }
    return status;
}

/* In the world that -w makes, can all be confined? */
static int probe(const struct jail *j)
{
    if (j->free || !unshare_all(j)) {
        printf("user namespaces\n");
        return 1;
    }
    pid_t init = start_init(j);
    if (init < 0) {
        printf("a file system of its own\n");
        return 1;
    }
    kill(init, SIGKILL);
    waitpid(init, NULL, 0);
    return 0;
}

int main(int argc, char **argv)
{
    struct jail j = { .temporary = 64, .told = -1 };
    if (!read_arguments(&j, argc, argv)) {
        say("wrong use; see tests/course/jail/jail.c", "");
        return 125;
    }
    return j.probe ? probe(&j) : run(&j);
}
