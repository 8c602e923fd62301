/*
 * server: keeps keys and values in memory, for many clients at the same time.
 *
 * Always true:
 * - whatever a client does ends at most its own connection, never the server;
 * - SIGINT and SIGTERM end it in good order, with status 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "awaited.h"
#include "config.h"
#include "descriptors.h"
#include "hash.h"
#include "loop.h"
#include "mem.h"
#include "net.h"
#include "server.h"

static struct server server;

/* Ends the program: it could not be set up, and errno tells why. */
static void die(const char *what)
{
    fprintf(stderr, "server: %s: %s\n", what, strerror(errno));
    exit(1);
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

/* Sends stderr to that file from here on. */
static void open_log(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);

    if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
        die(path);
    close(fd);
}

/* For what mem releases: nobody waits for the system. */
static void free_in_pool(void *mem)
{
    thread_pool_queue(&server.pool, free, mem);
}

int main(int argc, char **argv)
{
    config_init(&server.config, argc, argv);
    if (server.config.logfile[0] != '\0')
        open_log(server.config.logfile);
    descriptors_allow((size_t)server.config.maxclients);
    if (hash_seed() < 0)
        die("/dev/urandom");
    handle_signals();
    descriptors_reserve(server.stop_pipe[0]);
    if (thread_pool_init(&server.pool, (size_t)server.config.threads) < 0)
        die("pthread_create");
    for (size_t i = 0; i < SERVER_DBS; i++) {
        server.dbs[i].pool = &server.pool;
        server.dbs[i].changed = awaited_changed;
        server.dbs[i].listener = &server;
    }
    mem_free_large_by(free_in_pool);
    server.nlisteners =
        net_listen(&server.config, server.listeners, SERVER_LISTENERS);
    if (loop_init(&server) < 0)
        die(server.backend->name);

    int more;
    while ((more = loop_turn(&server)) > 0)
        ;
    if (more < 0)
        die(server.backend->name);
    loop_drain(&server);
    loop_release(&server);
    thread_pool_release(&server.pool);
    unlink(server.config.unixsocket); /* fails for "", which does no harm */
    config_free(&server.config);
    return 0;
}
