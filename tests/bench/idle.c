/*
 * idle PORT PID N SECONDS: opens N connections to the server of that PID, which say PING once; then
 * one more says PING for so many seconds. Prints: N, bytes of the server's memory (RSS) for each of
 * the N, PINGs a second.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int connect_to(int port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0) {
        die("connect");
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

static void ask(int fd)
{
    if (write(fd, "PING\r\n", 6) != 6) {
        die("PING");
    }
}

static void hear(int fd)
{
    char reply[7];
    if (recv(fd, reply, sizeof reply, MSG_WAITALL) != 7) {
        die("PONG");
    }
}

/* Open until the program ends. Many speak at a time: for each alone, a server with poll() would look
 * at all others. */
static void open_idle(int port, long n)
{
    int fds[200];
    for (long done = 0; done < n;) {
        int some = n - done < 200 ? (int)(n - done) : 200;
        for (int i = 0; i < some; i++) {
            fds[i] = connect_to(port);
            ask(fds[i]);
        }
        for (int i = 0; i < some; i++) {
            hear(fds[i]);
        }
        done += some;
    }
}

/* KiB */
static long rss_of(const char *pid)
{
    char command[64];
    long rss = 0;
    snprintf(command, sizeof command, "ps -o rss= -p %ld", atol(pid));
    FILE *ps = popen(command, "r");
    if (!ps || fscanf(ps, "%ld", &rss) != 1) {
        die("ps");
    }
    pclose(ps);
    return rss;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: idle PORT PID N SECONDS\n");
        return 2;
    }
    int port = atoi(argv[1]);
    long n = atol(argv[3]);
    int active = connect_to(port);
    ask(active);
    hear(active);
    long before = rss_of(argv[2]);
    open_idle(port, n);
    long bytes = n ? (rss_of(argv[2]) - before) * 1024 / n : 0;
    double start = now(), seconds = atof(argv[4]);
    long pings = 0;
    while (now() - start < seconds) {
        ask(active);
        hear(active);
        pings++;
    }
    printf("%ld %ld %.0f\n", n, bytes, (double)pings / (now() - start));
    return 0;
}
