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

/* Ends the program: it could not be set up. */
static void die(const char *what, const char *why)
{
    fprintf(stderr, "server: %s: %s\n", what, why);
    exit(1);
}

static unsigned port_of(const struct sockaddr_storage *addr)
{
    if (addr->ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)addr)->sin6_port);
    return ntohs(((const struct sockaddr_in *)addr)->sin_port);
}

/* Can only this machine reach it? */
static bool is_loopback(const struct sockaddr *addr)
{
    if (addr->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(
            &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr);
    const struct sockaddr_in *in = (const void *)addr;
    return ntohl(in->sin_addr.s_addr) >> 24 == 127;
}

static void name_of(const struct sockaddr_storage *addr, socklen_t len,
                    char *text, size_t size)
{
    char host[48] = "?";

    getnameinfo((const struct sockaddr *)addr, len, host, sizeof host, NULL, 0,
                NI_NUMERICHOST);
    snprintf(text, size, addr->ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u",
             host, port_of(addr));
}

static int listen_at(struct config *c, const struct addrinfo *info)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof addr;
    char name[64];
    int yes = 1;

    int fd = socket(info->ai_family, SOCK_STREAM, 0);
    if (fd < 0)
        die("socket", strerror(errno));
    /* Without this a restart is refused for a minute or so, as long as the
     * last run's connections linger in the state TIME_WAIT. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (info->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(fd, info->ai_addr, info->ai_addrlen) < 0)
        die("bind", strerror(errno));
    if (listen(fd, SOMAXCONN) < 0)
        die("listen", strerror(errno));
    if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
        die("getsockname", strerror(errno));
    name_of(&addr, len, name, sizeof name);
    printf("listening on %s\n", name);
    c->port = port_of(&addr); /* if the system picked one: for all addresses */
    return fd;
}

static struct addrinfo *resolve(const struct config *c, const char *host)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE};
    struct addrinfo *list;
    char port[8];

    snprintf(port, sizeof port, "%u", (unsigned)c->port);
    int error = getaddrinfo(host, port, &hints, &list);
    if (error != 0)
        die(host, gai_strerror(error));
    return list;
}

/* Ends the program where others could reach the server without a password. */
static void check_name(const struct config *c, const char *host)
{
    struct addrinfo *list = resolve(c, host);
    bool open = false;

    for (struct addrinfo *i = list; i; i = i->ai_next)
        open |= !is_loopback(i->ai_addr) && c->requirepass[0] == '\0';
    freeaddrinfo(list);
    if (open) {
        fprintf(stderr,
                "server: '%s' can be reached from other machines, and there is "
                "no password: set requirepass, or bind to 127.0.0.1\n",
                host);
        exit(2);
    }
}

/* All addresses of one name. */
static size_t listen_on_name(struct config *c, const char *host, int *fds,
                             size_t most)
{
    struct addrinfo *list = resolve(c, host);
    size_t n = 0;

    for (struct addrinfo *i = list; i && n < most; i = i->ai_next)
        fds[n++] = listen_at(c, i);
    freeaddrinfo(list);
    return n;
}

static struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};

    snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
    return addr;
}

static int listen_on_path(const struct config *c)
{
    struct sockaddr_un addr = unix_address(c->unixsocket);
    struct stat info;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (fd < 0)
        die("socket", strerror(errno));
    if (strlen(c->unixsocket) >= sizeof addr.sun_path)
        die(c->unixsocket, "the path is too long");
    /* What an earlier run has left, unless somebody still listens there. */
    if (stat(c->unixsocket, &info) == 0 && S_ISSOCK(info.st_mode) &&
        connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
        unlink(c->unixsocket);
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
        die(c->unixsocket, strerror(errno));
    if (chmod(c->unixsocket, (mode_t)c->unixsocketperm) < 0)
        die("chmod", strerror(errno));
    if (listen(fd, SOMAXCONN) < 0)
        die("listen", strerror(errno));
    printf("listening on %s\n", c->unixsocket);
    return fd;
}

/* Takes the next of the names that are separated by blanks. */
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
    char host[256];
    size_t n = 0;

    while (next_name(&rest, host, sizeof host))
        check_name(c, host);
    rest = c->bind;
    while (next_name(&rest, host, sizeof host))
        n += listen_on_name(c, host, fds + n, most - n);
    if (c->unixsocket[0] != '\0' && n < most)
        fds[n++] = listen_on_path(c);
    if (n == 0)
        die("bind", "no address to listen on");
    fflush(stdout);
    return n;
}

static int connect_path(const char *path)
{
    struct sockaddr_un addr = unix_address(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int net_connect(const char *host, const char *port, const char **error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int fd = -1;

    if (strchr(host, '/')) {
        fd = connect_path(host);
        *error = strerror(errno);
        return fd;
    }
    int failure = getaddrinfo(host, port, &hints, &list);
    if (failure != 0) {
        *error = gai_strerror(failure);
        return -1;
    }
    for (struct addrinfo *i = list; i && fd < 0; i = i->ai_next) {
        fd = socket(i->ai_family, SOCK_STREAM, 0);
        if (fd >= 0 && connect(fd, i->ai_addr, i->ai_addrlen) < 0) {
            *error = strerror(errno);
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    return fd;
}

void net_peer_name(int fd, char *text, size_t size)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof addr;

    if (getpeername(fd, (struct sockaddr *)&addr, &len) < 0 ||
        addr.ss_family == AF_UNIX)
        snprintf(text, size, "unix");
    else
        name_of(&addr, len, text, size);
}
