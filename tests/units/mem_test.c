/*
 * mem.h of the directory under test: a call returns memory, or it ends the
 * program with status 1 and a line on stderr.
 */
#include "mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "passed.h"

enum { ALLOC, ZALLOC, RESIZE, CALLS };

static const char *const names[CALLS] = {"mem_alloc", "mem_zalloc",
                                         "mem_resize"};

static void *call(int which, size_t size)
{
    switch (which) {
    case ALLOC:
        return mem_alloc(size);
    case ZALLOC:
        return mem_zalloc(1, size);
    default:
        return mem_resize(mem_alloc(1), size);
    }
}

static void broken(int which, const char *what)
{
    printf("%s(): %s\n", names[which], what);
    exit(1);
}

static void check_little(int which)
{
    uint8_t *mem = call(which, 100);

    if (!mem)
        broken(which, "no memory, though there is enough");
    for (int i = 0; which == ZALLOC && i < 100; i++) {
        if (mem[i] != 0)
            broken(which, "the memory is not zeroed");
    }
    memset(mem, 1, 100);
    free(mem);
}

/* In a process of its own, whose stderr is read here. */
static void check_too_much(int which)
{
    char said[200] = "";
    int ends[2];
    int status;

    if (pipe(ends) < 0)
        broken(which, "no pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        call(which, SIZE_MAX / 2 + 1); /* 32 bits may grant what is less */
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    ssize_t got;
    while (n < sizeof said - 1 &&
           (got = read(ends[0], said + n, sizeof said - 1 - n)) > 0)
        n += (size_t)got;
    close(ends[0]);
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 1)
        broken(which, "without memory, the program goes on, or ends in another "
                      "way than with status 1");
    if (n == 0)
        broken(which, "not a word about memory that is not there");
}

int main(void)
{
    for (int i = 0; i < CALLS; i++) {
        check_little(i);
#ifndef SANITIZED
        check_too_much(i);
#endif
    }
    return passed();
}
