/*
 * server: waits for connections and says "world" to each, one after another.
 *
 * Always true:
 * - whatever a client does ends at most its own connection, never the server;
 * - every accepted descriptor is closed again by the function that served it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* Serves one connection to its end: reads once, answers, closes. */
static void serve(int fd)
{
    char text[64] = "";

    /* LIMIT: one read() is taken for the whole message, though it may bring
     * only a part of it, and it waits for as long as the client is silent:
     * nobody else is served meanwhile. */
    if (read(fd, text, sizeof text - 1) < 0) {
        fprintf(stderr, "read() error\n");
    } else {
        fprintf(stderr, "client says: %s\n", text);
        if (write(fd, "world", 5) != 5)
            fprintf(stderr, "write() error\n");
    }
    close(fd);
}

int main(void)
{
    /* Writing to a connection that its peer has closed raises SIGPIPE, which
     * kills. Ignored, it leaves an ordinary error: write() fails (EPIPE). */
    signal(SIGPIPE, SIG_IGN);

    int listener = listen_on(port_from_env());
    for (;;) {
        /* A failure mostly concerns one client, which hung up too early.
         * LIMIT: as long as the cause lasts, say that no memory or descriptor
         * is free, this loop spins. */
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0)
            serve(fd);
    }
}
