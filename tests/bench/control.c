/*
 * TCP over loopback, as to the server: a pipe would not wait for what
 * connections have to wait for in the kernel.
 */
#include "control.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

static int listen_somewhere(int *port)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t size = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&addr, size) < 0 ||
        listen(fd, 1) < 0 ||
        getsockname(fd, (struct sockaddr *)&addr, &size) < 0)
        die_errno("listen");
    *port = ntohs(addr.sin_port);
    return fd;
}

static void echo(int listener)
{
    int yes = 1;
    int fd = accept(listener, NULL, NULL);
    char byte;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    while (read(fd, &byte, 1) == 1 && write(fd, &byte, 1) == 1) {
    }
    _exit(0);
}

struct control control_start(void)
{
    struct control c;
    int port;
    int listener = listen_somewhere(&port);

    c.pid = fork();
    if (c.pid < 0)
        die_errno("fork");
    if (c.pid == 0)
        echo(listener);
    close(listener);
    c.fd = connect_to(port);
    finish_connecting(c.fd);
    return c;
}
