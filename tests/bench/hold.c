/*
 * hold: opens N connections and says how many bytes of the server's memory each
 * takes. It keeps them open while COMMAND runs, or for SECONDS (0).
 *
 *   hold [-gu] [-t SECONDS] PORT PID N [COMMAND [ARG]...]
 *
 * The memory is the server's RSS; what the kernel keeps for a socket is not in
 * it. Each connection sends PING once, and all do so together. With -u each is
 * also used: it sends 64 SETs of 32 bytes at once, then 64 GETs. With -g it has
 * a CPU only while nobody else wants it, but COMMAND has one as usual.
 * Status: that of COMMAND; 1 if the server hangs up; 2 for wrong use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "process.h"
#include "words.h"

#define SET "*3\r\n$3\r\nSET\r\n$9\r\nheld-open\r\n$32\r\n" VALUE
#define GET "*2\r\n$3\r\nGET\r\n$9\r\nheld-open\r\n"
#define VALUE "0123456789abcdef0123456789abcdef\r\n"

enum { PIPELINE = 64 };

static void hear(int fd, const char *answer, unsigned times)
{
    char in[4096];
    size_t len = strlen(answer);

    for (size_t left = len * times; left > 0;) {
        ssize_t n;
        await(fd, 0);
        n = recv(fd, in, left < sizeof(in) ? left : sizeof(in), 0);
        if (n <= 0)
            die("the server hung up");
        if (left == len * times && memcmp(in, answer, 1) != 0)
            die("the server answered %.*s", (int)n, in);
        left -= (size_t)n;
    }
}

static void use(int fd, const char *request, const char *answer)
{
    char out[PIPELINE * sizeof(SET)];
    size_t len = strlen(request);

    for (unsigned i = 0; i < PIPELINE; i++)
        memcpy(out + i * len, request, len);
    send_all(fd, out, PIPELINE * len);
    hear(fd, answer, PIPELINE);
}

static void open_all(int port, int *fds, unsigned n, int used)
{
    const struct words *w = words_of(PROTOCOL_RESP);

    for (unsigned i = 0; i < n; i++)
        fds[i] = connect_to(port);
    for (unsigned i = 0; i < n; i++) {
        finish_connecting(fds[i]);
        send_all(fds[i], w->ping, w->ping_len);
    }
    for (unsigned i = 0; i < n; i++)
        hear(fds[i], w->pong, 1);
    for (unsigned i = 0; used && i < n; i++) {
        use(fds[i], SET, "+OK\r\n");
        use(fds[i], GET, "$32\r\n" VALUE);
    }
}

static int run(char **command)
{
    int status;
    pid_t child = fork();

    if (child < 0)
        die_errno("fork");
    if (child == 0) {
        execvp(command[0], command);
        die_errno(command[0]);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void wrong_use(void)
{
    fprintf(stderr, "usage: hold [-gu] [-t SECONDS] PORT PID N "
                    "[COMMAND [ARG]...]\n");
    exit(2);
}

int main(int argc, char **argv)
{
    int letter, port, used = 0, *fds;
    unsigned n, seconds = 0;
    pid_t pid;
    uint64_t before, after;

    set_program("hold");
    while ((letter = getopt(argc, argv, "+gut:")) != -1) {
        if (letter == 'u')
            used = 1;
        else if (letter == 'g')
            give_way();
        else if (letter == 't')
            seconds = (unsigned)number_of("-t", optarg, 0, 100000);
        else
            wrong_use();
    }
    if (argc - optind < 3)
        wrong_use();
    port = (int)number_of("PORT", argv[optind], 1, 65535);
    pid = (pid_t)number_of("PID", argv[optind + 1], 1, 1 << 28);
    n = (unsigned)number_of("N", argv[optind + 2], 1, 1000000);
    raise_descriptor_limit();
    fds = must_alloc((n + 1) * sizeof(*fds));
    open_all(port, fds + n, 1, 1); /* what only the first one costs */
    before = process_rss(pid);
    open_all(port, fds, n, used);
    after = process_rss(pid);
    printf("hold connections=%u bytes=%.0f\n", n,
           after > before ? (double)(after - before) / n : 0);
    fflush(stdout);
    if (argc - optind > 3)
        return run(argv + optind + 3);
    sleep(seconds);
    return 0;
}
