/*
 * client: sends five messages at once, then prints the replies.
 *
 * Exit status: 0 after all replies, 1 when one is missing, 2 for wrong use.
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

#include "wire.h"

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

/* Sends one message. */
static bool send_text(int fd, const void *text, size_t len)
{
    if (wire_send(fd, text, len) < 0) {
        fprintf(stderr, "client: write: %s\n", strerror(errno));
        return false;
    }
    return true;
}

/* Receives one reply and prints how it begins. Returns false without one. */
static bool print_reply(int fd)
{
    static uint8_t body[WIRE_MAX_BODY];

    ssize_t len = wire_recv(fd, body);
    if (len < 0) {
        fprintf(stderr, "client: %s\n", wire_strerror(len));
        return false;
    }
    printf("len:%zd data:%.*s\n", len, len < 100 ? (int)len : 100,
           (const char *)body);
    return true;
}

int main(void)
{
    static uint8_t big[WIRE_MAX_BODY];

    signal(SIGPIPE, SIG_IGN); /* a vanished server is an error */
    memset(big, 'z', sizeof big);

    int fd = connect_to_server();
    bool ok = send_text(fd, "hello1", 6) && send_text(fd, "hello2", 6) &&
              send_text(fd, "hello3", 6) && send_text(fd, big, sizeof big) &&
              send_text(fd, "hello5", 6);
    for (int i = 0; ok && i < 5; i++)
        ok = print_reply(fd);
    close(fd);
    if (fflush(stdout) != 0 || ferror(stdout))
        die("stdout");
    return ok ? 0 : 1;
}
