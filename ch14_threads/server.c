/*
 * server: keeps keys and values in memory, for many clients at the same time.
 *
 * Always true:
 * - whatever a client does ends at most its own connection, never the server;
 * - SIGINT and SIGTERM end it in good order, with status 0.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "mem.h"
#include "server.h"

enum { POOL_THREADS = 4 };

static struct server server;

/* Ends the program: it could not be set up, and errno tells why. */
static void die(const char *what)
{
    fprintf(stderr, "server: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* The port to listen on: $PORT or 1234. 0 lets the system pick a free one. */
static uint16_t port_from_env(void)
{
    const char *text = getenv("PORT");
    unsigned port = 1234;
    char rest; /* what %c finds behind the number: it must be nothing */

    if (text && (sscanf(text, "%5u%c", &port, &rest) != 1 || port > 65535)) {
        fprintf(stderr, "server: PORT must be 0 to 65535, not '%s'\n", text);
        exit(2);
    }
    return (uint16_t)port;
}

/* Opens a listening socket and says on stdout where it can be reached. */
static int listen_on(uint16_t port)
{
    /* Loopback: only this machine can connect. INADDR_ANY, the wildcard,
     * would open the port to everybody whom the network lets through. */
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof addr;
    int yes = 1;

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        die("socket");
    /* Without this a restart is refused for a minute or so, as long as the
     * last run's connections linger in the state TIME_WAIT. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0)
        die("setsockopt");
    if (bind(fd, (struct sockaddr *)&addr, len) < 0)
        die("bind");
    if (listen(fd, SOMAXCONN) < 0)
        die("listen");
    if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
        die("getsockname");
    printf("listening on 127.0.0.1:%u\n", (unsigned)ntohs(addr.sin_port));
    fflush(stdout);
    return fd;
}

/* Does only what is safe in a signal handler: the loop wakes up and does the
 * rest. If this set a flag instead, a signal just before poll() would go
 * unnoticed until poll() returns for some other reason. */
static void on_stop_signal(int signum)
{
    int saved = errno;
    (void)signum;
    if (write(server.stop_pipe[1], "", 1) < 0) {
        /* The pipe is full: the loop has been told often enough. */
    }
    errno = saved;
}

static void handle_signals(void)
{
    struct sigaction stop = {.sa_handler = on_stop_signal};

    /* Writing to a connection that its peer has closed raises SIGPIPE, which
     * kills. Ignored, it leaves an ordinary error: write() fails (EPIPE). */
    signal(SIGPIPE, SIG_IGN);

    if (pipe(server.stop_pipe) < 0)
        die("pipe");
    if (set_nonblocking(server.stop_pipe[1]) < 0)
        die("fcntl");
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
}

/* For what mem releases: nobody waits for the system. */
static void free_in_pool(void *mem)
{
    thread_pool_queue(&server.pool, free, mem);
}

int main(void)
{
    handle_signals();
    list_init(&server.idle);
    if (thread_pool_init(&server.pool, POOL_THREADS) < 0)
        die("pthread_create");
    server.ks.pool = &server.pool;
    mem_free_large_by(free_in_pool);
    server.listener = listen_on(port_from_env());
    if (set_nonblocking(server.listener) < 0)
        die("fcntl");

    int more;
    while ((more = loop_turn(&server)) > 0)
        ;
    if (more < 0)
        die("poll");
    loop_release(&server);
    thread_pool_release(&server.pool);
    return 0;
}
