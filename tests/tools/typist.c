/*
 * typist: types at a terminal, and watches what appears on it.
 *
 *   typist [type TEXT | see TEXT | run COMMAND]... -- PROGRAM [ARG...]
 *
 *  - The program has a terminal of its own. The TEXT after type is typed as it
 *    is.
 *
 *  - The TEXT after see must appear within five seconds, behind what was seen
 *    before it.
 *
 *  - Meanwhile, run has the shell run a COMMAND, which must succeed.
 *  - After the last word, the program must end by itself.
 *
 * Status: that of the program; 9 if a TEXT did not appear, and then what came
 * in its place is printed; 2 for wrong use.
 */
#define _DEFAULT_SOURCE /* these two: for posix_openpt() and TIOCSCTTY */
#define _XOPEN_SOURCE 700
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"

enum { PATIENCE_MS = 5000, NOT_SEEN = 9 };

const char program_name[] = "typist";

static char screen[1 << 16]; /* all that came */
static size_t size, seen;    /* how much that is; up to where it was seen */
static int terminal;

static void become(const char *name, char **argv)
{
    setsid();
    int fd = open(name, O_RDWR);
    if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0) {
        die_errno(name);
    }
    dup2(fd, 0);
    dup2(fd, 1);
    dup2(fd, 2);
    close(fd);
    execvp(argv[0], argv);
    die_errno(argv[0]);
}

static pid_t start(char **argv)
{
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0) {
        die_errno("posix_openpt");
    }
    const char *name = ptsname(terminal);
    pid_t child = fork();
    if (child == 0) {
        close(terminal);
        become(name, argv);
    }
    if (child < 0) {
        die_errno("fork");
    }
    return child;
}

/* Takes what comes next. Returns false if nothing comes in time, or if the
 * program has closed its terminal. */
static bool look(void)
{
    struct pollfd p = {.fd = terminal, .events = POLLIN};
    if (size == sizeof screen || poll(&p, 1, PATIENCE_MS) <= 0) {
        return false;
    }
    ssize_t n = read(terminal, screen + size, sizeof screen - size);
    size += n > 0 ? (size_t)n : 0;
    return n > 0;
}

static bool find(const char *text)
{
    size_t len = strlen(text);
    for (size_t at = seen; at + len <= size; at++) {
        if (memcmp(screen + at, text, len) == 0) {
            seen = at + len;
            return true;
        }
    }
    return false;
}

static void see(const char *text)
{
    while (!find(text)) {
        if (look()) {
            continue;
        }
        fprintf(stderr, "expected to see: %s\nwhat came: ", text);
        for (size_t i = seen; i < size; i++) {
            fprintf(stderr, isprint((unsigned char)screen[i]) ? "%c" : "\\x%02x",
                    (unsigned char)screen[i]);
        }
        fputc('\n', stderr);
        exit(NOT_SEEN); /* which hangs up the program's terminal */
    }
}

static void type(const char *text)
{
    size_t len = strlen(text);
    if (write(terminal, text, len) != (ssize_t)len) {
        die_errno("typing");
    }
}

static void run(const char *command)
{
    if (system(command) != 0) {
        die("this has failed: %s", command);
    }
}

int main(int argc, char **argv)
{
    int status, words = 1;
    while (words < argc && strcmp(argv[words], "--") != 0) {
        words += 2;
    }
    if (words + 1 >= argc) {
        fprintf(stderr, "usage: typist [type TEXT | see TEXT | run COMMAND]... -- PROGRAM [ARG...]\n");
        return 2;
    }
    pid_t child = start(argv + words + 1);
    for (int i = 1; i < words; i += 2) {
        if (strcmp(argv[i], "type") == 0) {
            type(argv[i + 1]);
        } else if (strcmp(argv[i], "run") == 0) {
            run(argv[i + 1]);
        } else {
            see(argv[i + 1]);
        }
    }
    while (look()) {
    }
    if (waitpid(child, &status, 0) < 0) {
        die_errno("waitpid");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
