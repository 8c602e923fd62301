/*
 * client: connects, says "hello", and prints what the server says.
 *
 * Exit status: 0 after a reply, 1 without one, 2 for wrong use.
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

/* Ends the program: errno tells why. */
static void die(const char *what)
{
    fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Connects to the server on this machine, at $PORT or 1234. */
static int connect_to_server(void)
{
    const char *text = getenv("PORT");
    unsigned port = 1234;
    char rest; /* what %c finds behind the number: it must be nothing */

    if (text && (sscanf(text, "%5u%c", &port, &rest) != 1 || port < 1 ||
                 port > 65535)) {
        fprintf(stderr, "client: PORT must be 1 to 65535, not '%s'\n", text);
        exit(2);
    }

    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        die("socket");
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
        die("connect");
    return fd;
}

int main(void)
{
    char text[64] = "";

    signal(SIGPIPE, SIG_IGN); /* a vanished server is an error */

    int fd = connect_to_server();
    if (write(fd, "hello", 5) != 5)
        die("write");

    /* LIMIT: as in the server, one read() is taken for the whole reply. */
    ssize_t n = read(fd, text, sizeof text - 1);
    if (n < 0)
        die("read");
    if (n == 0) {
        fprintf(stderr, "client: the server closed without a reply\n");
        return 1;
    }
    printf("server says: %s\n", text);
    close(fd);
    if (fflush(stdout) != 0 || ferror(stdout))
        die("stdout");
    return 0;
}
