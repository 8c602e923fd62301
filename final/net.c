/*
 * A name can stand for several addresses, of IPv4 and IPv6, and a path is an
 * address, too. All of them fit in one union, and take the same steps:
 * socket(), bind(), listen(). All this happens before the first client, so a
 * failure ends the program: with status 2 if the settings make no sense, 1 if
 * the system refuses. Only net_connect(), which the client uses, returns its
 * errors.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* An address of any kind that is used here. */
union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
};

/* Ends the program: the settings make no sense. */
static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "server: %s: %s\n", what, why);
    exit(2);
}

/* Ends the program: the system refuses. */
static void die(const char *what, const char *why)
{
    fprintf(stderr, "server: %s: %s\n", what, why);
    exit(1);
}

/* Can only this machine reach that address? */
static bool is_loopback(const union address *a)
{
    if (a->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&a->in6.sin6_addr);
    return ntohl(a->in.sin_addr.s_addr) >> 24 == 127;
}

static in_port_t *port_of(union address *a)
{
    return a->any.sa_family == AF_INET6 ? &a->in6.sin6_port : &a->in.sin_port;
}

void net_address(int fd, bool peer, char *text, size_t size)
{
    union address a = {.un.sun_family = AF_UNIX};
    socklen_t len = sizeof a;
    char host[48] = "?";

    if ((peer ? getpeername : getsockname)(fd, &a.any, &len) < 0) {
        snprintf(text, size, "?"); /* reset before it was accepted */
        return;
    }
    if (a.any.sa_family == AF_UNIX) {
        /* A client has no path, so the server's stands for both ends, with a
         * port of 0, as in Redis. */
        len = sizeof a;
        getsockname(fd, &a.any, &len);
        snprintf(text, size, "%s:0", a.un.sun_path);
        return;
    }
    getnameinfo(&a.any, len, host, sizeof host, NULL, 0, NI_NUMERICHOST);
    snprintf(text, size, a.any.sa_family == AF_INET6 ? "[%s]:%u" : "%s:%u",
             host, ntohs(*port_of(&a)));
}

/* Returns a socket with that address; name is for the error. */
static int bind_to(const char *name, const struct sockaddr *addr, socklen_t len)
{
    int yes = 1;
    int fd = socket(addr->sa_family, SOCK_STREAM, 0);

    if (fd < 0)
        die("socket", strerror(errno));
    /* Without this a restart is refused for a minute or so, as long as the
     * last run's connections linger in the state TIME_WAIT. */
    if (addr->sa_family != AF_UNIX)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    /* Each family has a socket of its own: one for IPv6 that took IPv4, too,
     * would leave no port to bind the other to. */
    if (addr->sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(fd, addr, len) < 0)
        die(name, strerror(errno));
    return fd;
}

static int start_listening(int fd)
{
    if (listen(fd, SOMAXCONN) < 0)
        die("listen", strerror(errno));
    return fd;
}

/* Does this machine have that address? Then bind() succeeds, with any port. */
static bool is_here(const struct sockaddr *addr, socklen_t len)
{
    int fd = socket(addr->sa_family, SOCK_STREAM, 0);
    bool here = fd >= 0 && bind(fd, addr, len) == 0;

    if (fd >= 0)
        close(fd);
    return here;
}

/* Ends the program where others could reach the server without a password. */
static void check_address(struct config *c, const char *host,
                          const union address *addr)
{
    c->exposed |= !is_loopback(addr);
    if (is_loopback(addr) || c->requirepass[0] != '\0')
        return;
    give_up(host, "can be reached from other machines, and there is no "
                  "password: set requirepass, or bind to 127.0.0.1");
}

/* Listens on all addresses of one name; with - in front, on those that this
 * machine has. If the port is 0, the system picks one for the first address,
 * and all others get the same. */
static size_t listen_on_name(struct config *c, const char *host, int *fds,
                             size_t most)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE};
    struct addrinfo *list;
    union address addr;
    bool optional = host[0] == '-';
    size_t n = 0;

    host += optional;
    int error = getaddrinfo(host, "0", &hints, &list);
    if (error != 0)
        die(host, gai_strerror(error));
    for (struct addrinfo *i = list; i; i = i->ai_next) {
        socklen_t len = i->ai_addrlen;
        if (optional && !is_here(i->ai_addr, len))
            continue;
        if (n == most)
            give_up("bind", "these are too many addresses");
        memcpy(&addr, i->ai_addr, len);
        check_address(c, host, &addr);
        *port_of(&addr) = htons((uint16_t)c->port);
        fds[n] = start_listening(bind_to("bind", &addr.any, len));
        if (getsockname(fds[n++], &addr.any, &len) < 0)
            die("getsockname", strerror(errno));
        c->port = ntohs(*port_of(&addr));
    }
    freeaddrinfo(list);
    return n;
}

static union address unix_address(const char *path)
{
    union address addr = {.un.sun_family = AF_UNIX};

    snprintf(addr.un.sun_path, sizeof addr.un.sun_path, "%s", path);
    return addr;
}

/* Returns a connected socket, or -1, with the errno of connect(). */
static int connect_to(const struct sockaddr *addr, socklen_t len)
{
    int fd = socket(addr->sa_family, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, addr, len) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int listen_on_path(const char *path, mode_t mode)
{
    union address addr = unix_address(path);
    struct stat info;

    if (strlen(path) >= sizeof addr.un.sun_path)
        give_up("unixsocket", "the path is too long");
    /* An earlier run may have left it; unless somebody still listens there. */
    if (stat(path, &info) == 0 && S_ISSOCK(info.st_mode)) {
        int fd = connect_to(&addr.any, sizeof addr.un);
        if (fd >= 0)
            close(fd);
        else if (errno == ECONNREFUSED)
            unlink(path);
    }
    int fd = bind_to(path, &addr.any, sizeof addr.un);
    /* Not a moment later: nobody can connect before it listens. */
    if (chmod(path, mode) < 0)
        die("chmod", strerror(errno));
    return start_listening(fd);
}

/* Takes the next of some names that are separated by blanks. */
static bool next_name(const char **rest, char *name, size_t size)
{
    *rest += strspn(*rest, " \t");
    size_t len = strcspn(*rest, " \t");

    snprintf(name, size, "%.*s", (int)len, *rest);
    *rest += len;
    return len > 0;
}

size_t net_listen(struct config *c, int *fds, size_t most)
{
    const char *rest = c->bind;
    bool has_path = c->unixsocket[0] != '\0';
    char text[256];
    size_t n = 0;

    /* One place in fds is kept for the path. */
    while (next_name(&rest, text, sizeof text))
        n += listen_on_name(c, text, fds + n, most - 1 - n);
    if (has_path)
        fds[n++] = listen_on_path(c->unixsocket, (mode_t)c->unixsocketperm);
    if (n == 0)
        give_up("bind", "no address to listen on");
    for (size_t i = 0; i < n - has_path; i++) {
        net_address(fds[i], false, text, sizeof text);
        printf("listening on %s\n", text);
    }
    if (has_path)
        printf("listening on %s\n", c->unixsocket);
    fflush(stdout);
    return n;
}

int net_connect(const char *host, const char *port, const char **error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    union address path = unix_address(host);
    struct addrinfo *list = NULL;
    int fd = -1;

    if (!port && strlen(host) >= sizeof path.un.sun_path) {
        *error = "the path is too long";
        return -1;
    }
    if (!port) {
        fd = connect_to(&path.any, sizeof path.un);
    } else {
        int failure = getaddrinfo(host, port, &hints, &list);
        if (failure != 0) {
            *error = gai_strerror(failure);
            return -1;
        }
        for (struct addrinfo *i = list; i && fd < 0; i = i->ai_next)
            fd = connect_to(i->ai_addr, i->ai_addrlen);
    }
    *error = strerror(errno);
    if (list)
        freeaddrinfo(list);
    return fd;
}
