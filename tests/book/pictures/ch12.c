/*
 * ch12 idle: records the list of connections of ch12_timer while its loop turns. The clients are in
 * this program, and so is the clock: when the loop would sleep, the clock is set to where it wakes.
 *
 * Without: clock.c
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "recorder.h"

static int poll_noted(struct pollfd *polls, nfds_t n, int timeout_ms);

#define poll(polls, n, timeout_ms) poll_noted(polls, n, timeout_ms)
#include "../../../ch12_timer/loop.c"
#undef poll

#include "../../../ch12_timer/container_of.h"

enum { MOST_CLIENTS = 3, FIRST_CLIENT = 'A' };

static struct server server;
static uint64_t clock_ms;
static uint64_t event_ms; /* when something comes; 0: nothing will */
static int clients[MOST_CLIENTS], conns[MOST_CLIENTS]; /* descriptors, at either end */
static size_t n_clients;

uint64_t clock_now_ms(void)
{
    return clock_ms;
}

/* Sleeps, on our clock, until the event comes or the time is over. */
static int poll_noted(struct pollfd *polls, nfds_t n, int timeout_ms)
{
    if (event_ms) {
        must(timeout_ms < 0 || clock_ms + (uint64_t)timeout_ms >= event_ms, "it woke too early");
        clock_ms = event_ms;
        event_ms = 0;
        return poll(polls, n, 2000);
    }
    must(timeout_ms >= 0, "it would sleep forever");
    clock_ms += (uint64_t)timeout_ms;
    return poll(polls, n, 0);
}

static char name_of(const struct conn *c)
{
    for (size_t i = 0; i < n_clients; i++) {
        if (conns[i] == c->fd) {
            return (char)(FIRST_CLIENT + (int)i);
        }
    }
    return '?';
}

static void show(const char *label)
{
    int wait = next_timer_ms(&server);
    state("%s", label);
    line("fact now: %d ms", (int)clock_ms);
    printf("    ring idle:");
    for (const struct list *l = server.idle.next; l != &server.idle; l = l->next) {
        const struct conn *c = container_of(l, struct conn, idle_node);
        printf(" %c=%d", name_of(c), (int)idle_deadline(c));
    }
    printf("\n");
    if (wait < 0) {
        line("fact poll() waits: forever");
    } else {
        line("fact poll() waits: at most %d ms", wait);
    }
}

static void turn_at(uint64_t when)
{
    event_ms = when;
    must(loop_turn(&server) == 1, "a turn");
}

static void connect_at(uint64_t when)
{
    struct sockaddr_in addr;
    socklen_t len = sizeof addr;
    getsockname(server.listener, (struct sockaddr *)&addr, &len);
    clients[n_clients] = socket(AF_INET, SOCK_STREAM, 0);
    must(connect(clients[n_clients], (struct sockaddr *)&addr, len) == 0, "connect");
    turn_at(when);
    must(!list_is_empty(&server.idle), "the connection was not accepted");
    conns[n_clients++] = container_of(server.idle.prev, struct conn, idle_node)->fd;
}

static void send_at(uint64_t when, char client, const char *data, size_t n)
{
    must(write(clients[client - FIRST_CLIENT], data, n) == (ssize_t)n, "write");
    turn_at(when);
}

static void listen_here(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    must(pipe(server.stop_pipe) == 0, "pipe");
    list_init(&server.idle);
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    must(bind(server.listener, (struct sockaddr *)&addr, sizeof addr) == 0, "bind");
    must(listen(server.listener, MOST_CLIENTS) == 0, "listen");
    must(set_nonblocking(server.listener) == 0, "fcntl");
}

int main(void)
{
    must(freopen("/dev/null", "w", stderr) != NULL, "stderr"); /* the log has ports in it */
    listen_here();
    clock_ms = 1000;
    connect_at(1000);
    connect_at(2000);
    connect_at(3000);
    show("three clients have connected");
    send_at(4000, 'A', "\x0c\0\0\0\1\0\0\0\4\0\0\0keys", 16);
    show("A sends a request");
    turn_at(0);
    show("nobody sends anything");
    send_at(7500, 'C', "\x0c\0", 2);
    show("C sends half a header");
    turn_at(0);
    show("nobody sends anything, again");
    turn_at(0);
    show("and again");
    fflush(stdout);
    loop_release(&server);
    return 0;
}
