/*
 * A connect() with a time limit is begun on a non-blocking socket; SO_ERROR
 * tells what became of it.
 */
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "die.h"

/* Closes the socket without losing what errno says. Returns -1. */
static int given_up(int fd)
{
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    errno = error;
    return -1;
}

/* Returns a connected socket, or -1 with errno. */
static int connected(int family, const void *address, socklen_t size)
{
    int fd = socket(family, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, address, size) < 0) {
        return given_up(fd);
    }
    return fd;
}

int connect_host(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    int fd = -1;
    if (getaddrinfo(host, port, &hints, &list) != 0) {
        return -1;
    }
    for (struct addrinfo *i = list; i && fd < 0; i = i->ai_next) {
        fd = connected(i->ai_family, i->ai_addr, i->ai_addrlen);
    }
    freeaddrinfo(list);
    return fd;
}

int connect_path(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        die("the path of a socket is too long");
    }
    strcpy(address.sun_path, path);
    return connected(AF_UNIX, &address, sizeof address);
}

/* Waits for a connect() that goes on. Returns 0, or what errno would be. */
static int connect_error(int fd, size_t ms)
{
    struct pollfd one = {fd, POLLOUT, 0};
    int error = 0;
    socklen_t len = sizeof error;
    if (errno != EINPROGRESS && errno != EINTR) {
        return errno;
    }
    if (poll(&one, 1, (int)ms) <= 0) {
        return ETIMEDOUT;
    }
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
    return error;
}

int connect_within(const char *address, uint16_t port, int rcvbuf, size_t ms)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1) {
        wrong("not an IPv4 address: %s", address);
    }
    if (fd < 0) {
        return -1;
    }
    if (rcvbuf) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
    }
    socket_make_ready(fd);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 &&
        (errno = connect_error(fd, ms)) != 0) {
        return given_up(fd);
    }
    return fd;
}

int listen_at(uint16_t *port)
{
    struct sockaddr_in here = {
        .sin_family = AF_INET,
        .sin_port = htons(*port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof here;
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, len) < 0 ||
        listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&here, &len) < 0) {
        return given_up(fd);
    }
    *port = ntohs(here.sin_port);
    return fd;
}

int accept_within(int listener, size_t ms)
{
    struct pollfd one = {listener, POLLIN, 0};
    if (poll(&one, 1, (int)ms) <= 0) {
        errno = ETIMEDOUT;
        return -1;
    }
    int fd = accept(listener, NULL, NULL);
    if (fd >= 0) {
        socket_make_ready(fd);
    }
    return fd;
}

void socket_send_at_once(int fd)
{
    int yes = 1; /* a Unix domain socket knows no such option, nor needs it */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

void socket_make_ready(int fd)
{
    socket_send_at_once(fd);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
}

void socket_reset(int fd)
{
    struct linger at_once = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
}
