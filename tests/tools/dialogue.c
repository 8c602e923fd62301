/*
 * dialogue: plays a conversation in the protocol of Redis, written down line by line on stdin.
 *
 *   dialogue [--timeout MS] PORT          on 127.0.0.1
 *   dialogue [--timeout MS] HOST PORT
 *   dialogue [--timeout MS] PATH          of a Unix domain socket
 *
 *   > set k "two words"      a client sends this (words as in redis-cli).
 *   OK                       "OK" must be the reply.
 *   b> get k                 "b" is another client; they are a (needs no name) to z.
 *   "two words"
 *   b> bzpopmin set 0
 *   ...                      "..." means no reply yet: the server says that this client is blocked.
 *   > zadd set 1 m
 *   1
 *   b< ["set" "m" "1"]       "b<" is followed by the reply that has arrived now.
 *   ?> exists k              "?>" asks again until the reply is the expected one.
 *   0
 *   b: close                 "b" closes; with b: gone, the server must have closed.
 *   # a remark
 *
 * Replies are:  OK  -ERR text  5  "bulk\r\n"  nil (null bulk)  nil[] (null array)  [a list]
 *
 * Replies of RESP3 are:  _  ,1.5  #t  {a map}  ~[a set]  >[a push]  =txt:text  (bignumber
 *
 * In an expected reply, * matches anything, and 5..9 matches a number from 5 to 9.
 *
 * Status 0: all was as expected. 1: not, and stderr tells what. 2: wrong use.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "cli_words.h"
#include "clock.h"
#include "die.h"
#include "pattern.h"
#include "resp_text.h"
#include "sockets.h"

struct client {
    int fd; /* -1: not connected */
    struct bytes in;
    size_t pos;       /* taken of it so far */
    struct bytes out; /* the last request, to ask again */
    bool again;       /* the reply may be another one for a while */
    bool waits;       /* it has been seen to get no reply */
};

enum { MONITOR = 26, CLIENTS };
enum { SHOWN_LINES = 12, AGAIN_MS = 3 };

const char program_name[] = "dialogue";

static struct client clients[CLIENTS]; /* the last one asks about the others */
static const char *host = "127.0.0.1", *port;
static int patience_ms = 5000;
static size_t line_number;
static struct bytes history; /* the lines so far */

/* ---- reports ---- */

/* The last lines of what has been said so far. */
static void show_history(void)
{
    const char *from = history.at ? history.at + history.len : "";
    for (int n = 0; history.at && from > history.at && n < SHOWN_LINES; n++) {
        for (from--; from > history.at && from[-1] != '\n'; from--) {
        }
    }
    for (; *from; from++) {
        if (from == history.at || from[-1] == '\n') {
            fputs("    ", stderr);
        }
        fputc(*from, stderr);
    }
}

static _Noreturn void fail(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static void fail(const char *format, ...)
{
    va_list args;
    fprintf(stderr, "the conversation, up to line %zu:\n", line_number);
    show_history();
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

/* ---- connections ---- */

static struct client *client_at(size_t i)
{
    struct client *c = &clients[i];
    if (c->fd < 0) {
        c->fd =
            strchr(port, '/') ? connect_path(port) : connect_host(host, port);
        if (c->fd < 0) {
            fail("connecting failed: %s", strerror(errno));
        }
        socket_send_at_once(c->fd);
    }
    return c;
}

static void send_all(struct client *c, const struct bytes *b)
{
    for (size_t at = 0; at < b->len;) {
        ssize_t n = send(c->fd, b->at + at, b->len - at, MSG_NOSIGNAL);
        if (n < 0) {
            fail("sending failed: %s", strerror(errno));
        }
        at += (size_t)n;
    }
}

/* Reads what has arrived, or waits for it until the deadline. Returns > 0, 0 at
 * the end of the stream, or -1 if nothing arrived. */
static ssize_t receive(struct client *c, int64_t deadline)
{
    struct pollfd one = {c->fd, POLLIN, 0};
    int64_t left = deadline - now_ms();
    if (poll(&one, 1, left > 0 ? (int)left : 0) <= 0) {
        return -1;
    }
    ssize_t n = bytes_read(&c->in, c->fd);
    return n > 0 ? n : 0;
}

/* Waits for one reply. False if none came in time; the end of the stream counts
 * as one. */
static bool take_reply(struct client *c, struct bytes *reply, int64_t deadline)
{
    for (;;) {
        size_t n = 0;
        reply->len = 0;
        bytes_add(reply, "", 0);
        if (c->pos < c->in.len) {
            n = resp_text_add(reply, c->in.at + c->pos, c->in.len - c->pos);
        }
        c->pos += n;
        if (n > 0) {
            return true;
        }
        ssize_t got = receive(c, deadline);
        if (got == 0) {
            bytes_add_text(reply, "(the connection was closed)");
            return true;
        } else if (got < 0) {
            return false;
        }
    }
}

/* ---- what is expected ---- */

static void expect(struct client *c, const char *want)
{
    int64_t deadline = now_ms() + patience_ms;
    struct bytes reply = {0};
    for (;;) {
        if (!take_reply(c, &reply, now_ms() + patience_ms)) {
            fail("  expected: %s\n  but no reply came within %d ms", want,
                 patience_ms);
        }
        if (pattern_matches(want, reply.at)) {
            break;
        }
        if (!c->again || now_ms() > deadline) {
            fail("  expected: %s\n  got:      %.2000s", want, reply.at);
        }
        pause_ms(AGAIN_MS);
        send_all(c, &c->out);
    }
    c->waits = false;
    bytes_free(&reply);
}

/* How many clients are blocked, according to the server. */
static long count_waiting(void)
{
    struct client *c = client_at(MONITOR);
    struct bytes request = cli_request("info clients"), reply = {0};
    send_all(c, &request);
    if (!take_reply(c, &reply, now_ms() + patience_ms)) {
        fail("INFO got no reply");
    }
    const char *at = strstr(reply.at, "blocked_clients:");
    long n = at ? strtol(at + strlen("blocked_clients:"), NULL, 10) : -1;
    bytes_free(&request);
    bytes_free(&reply);
    return n;
}

static void expect_waiting(struct client *c)
{
    int64_t deadline = now_ms() + patience_ms;
    long waiting = 0;
    c->waits = true;
    for (int i = 0; i < CLIENTS; i++) {
        waiting += clients[i].waits;
    }
    while (count_waiting() != waiting) {
        if (now_ms() > deadline) {
            fail("  expected: %ld clients that wait, but the server says %ld",
                 waiting, count_waiting());
        }
    }
    struct pollfd one = {c->fd, POLLIN, 0};
    if (c->pos < c->in.len || poll(&one, 1, 0) > 0) {
        fail("  expected: no reply yet, but something came");
    }
}

static void expect_gone(struct client *c)
{
    ssize_t n;
    while ((n = receive(c, now_ms() + patience_ms)) > 0) {
    }
    if (n < 0) {
        fail("  expected: the end of the connection, but it is open after %d "
             "ms",
             patience_ms);
    }
    if (c->pos < c->in.len) {
        fail("  expected: the end of the connection, but bytes came: %.200s",
             c->in.at + c->pos);
    }
}

static void hang_up(struct client *c)
{
    close(c->fd);
    bytes_free(&c->in);
    bytes_free(&c->out);
    *c = (struct client){.fd = -1};
}

/* ---- lines ---- */

static struct client *spoken_to; /* by the last request */

static void play_line(const char *line)
{
    bool named =
        line[0] >= 'a' && line[0] <= 'z' &&
        (line[1] == '>' || line[1] == '<' || line[1] == ':' || line[1] == '?');
    size_t who = named ? (size_t)(line[0] - 'a') : 0;
    const char *rest = line + named;
    bool again = rest[0] == '?' && rest[1] == '>';

    if (line[0] == '\0' || line[0] == '#') {
        return;
    } else if (rest[again] == '>' && rest[again + 1] == ' ') {
        spoken_to = client_at(who);
        bytes_free(&spoken_to->out);
        spoken_to->out = cli_request(rest + again + 2);
        spoken_to->again = again;
        send_all(spoken_to, &spoken_to->out);
    } else if (named && rest[0] == '<' && rest[1] == ' ') {
        expect(client_at(who), rest + 2);
    } else if (named && strcmp(rest, ": close") == 0) {
        hang_up(client_at(who));
    } else if (named && strcmp(rest, ": gone") == 0) {
        expect_gone(client_at(who));
    } else if (!spoken_to) {
        die("line %zu: a reply before any request: %s", line_number, line);
    } else if (strcmp(line, "...") == 0) {
        expect_waiting(spoken_to);
    } else {
        expect(spoken_to, line);
    }
}

static void read_options(int argc, char **argv)
{
    int at = 1;
    if (argc > 2 && strcmp(argv[1], "--timeout") == 0) {
        patience_ms = atoi(argv[2]);
        at = 3;
    }
    if (argc - at == 2) {
        host = argv[at++];
    }
    if (argc - at != 1) {
        fprintf(stderr,
                "usage: dialogue [--timeout MS] [HOST] PORT|PATH <LINES\n");
        exit(2);
    }
    port = argv[at];
}

int main(int argc, char **argv)
{
    static char line[1 << 20];
    read_options(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i].fd = -1;
    }
    while (fgets(line, sizeof line, stdin)) {
        line_number++;
        line[strcspn(line, "\n")] = '\0';
        bytes_print(&history, "%.200s\n", line);
        play_line(line + strspn(line, " "));
    }
    return 0;
}
