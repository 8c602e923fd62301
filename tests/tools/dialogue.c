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
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct text {
    char *at;
    size_t len;
    size_t cap;
};

struct client {
    int fd; /* -1: not connected */
    struct text in;
    size_t pos;     /* taken of it so far */
    struct text out; /* the last request, to ask again */
    bool again;     /* the reply may be another one for a while */
    bool waits;     /* it has been seen to get no reply */
};

enum { MONITOR = 26, CLIENTS };

static struct client clients[CLIENTS]; /* the last one asks about the others */
static const char *host = "127.0.0.1", *port;
static int patience_ms = 5000;
static size_t line_number;
static struct text history; /* the lines so far */

/* ---- texts ---- */

static void add(struct text *t, const void *data, size_t len)
{
    if (t->cap - t->len < len + 1) {
        t->cap = (t->len + len + 1) * 2;
        t->at = realloc(t->at, t->cap);
        if (!t->at) {
            abort();
        }
    }
    memcpy(t->at + t->len, data, len);
    t->len += len;
    t->at[t->len] = '\0';
}

__attribute__((format(printf, 2, 3))) static void print(struct text *t, const char *format, ...)
{
    char line[256];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    add(t, line, strlen(line));
}

static void forget(struct text *t)
{
    free(t->at);
    *t = (struct text){0};
}

/* ---- reports ---- */

/* The last lines of what has been said so far. */
static void show_history(void)
{
    const char *from = history.at ? history.at + history.len : "";
    for (int lines = 0; history.at && from > history.at && lines < 12; lines++) {
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

__attribute__((format(printf, 1, 2))) static _Noreturn void fail(const char *format, ...)
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

static _Noreturn void wrong(const char *what, const char *line)
{
    fprintf(stderr, "dialogue: line %zu: %s: %s\n", line_number, what, line);
    exit(2);
}

/* ---- connections ---- */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int connect_path(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    return connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -1 : fd;
}

static int connect_name(void)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    int fd = -1, yes = 1;
    if (getaddrinfo(host, port, &hints, &list) != 0) {
        return -1;
    }
    for (struct addrinfo *i = list; i && fd < 0; i = i->ai_next) {
        fd = socket(i->ai_family, SOCK_STREAM, 0);
        if (fd >= 0 && connect(fd, i->ai_addr, i->ai_addrlen) < 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

static struct client *client_at(size_t i)
{
    struct client *c = &clients[i];
    if (c->fd < 0) {
        c->fd = strchr(port, '/') ? connect_path(port) : connect_name();
    }
    if (c->fd < 0) {
        fail("connecting failed: %s", strerror(errno));
    }
    return c;
}

static void send_all(struct client *c, const struct text *t)
{
    for (size_t at = 0; at < t->len;) {
        ssize_t n = send(c->fd, t->at + at, t->len - at, MSG_NOSIGNAL);
        if (n < 0) {
            fail("sending failed: %s", strerror(errno));
        }
        at += (size_t)n;
    }
}

/* Reads what has arrived, or waits for it until the deadline. Returns > 0, 0 at the end of the
 * stream, or -1 if nothing arrived. */
static ssize_t receive(struct client *c, int64_t deadline)
{
    char chunk[65536];
    struct pollfd one = {c->fd, POLLIN, 0};
    int64_t left = deadline - now_ms();
    if (poll(&one, 1, left > 0 ? (int)left : 0) <= 0) {
        return -1;
    }
    ssize_t n = read(c->fd, chunk, sizeof chunk);
    if (n > 0) {
        add(&c->in, chunk, (size_t)n);
    }
    return n > 0 ? n : 0;
}

/* ---- words of a line ---- */

static char unescaped(const char **p)
{
    static const char names[] = "nrt0", values[] = "\n\r\t";
    char c = *(*p)++;
    const char *name = strchr(names, c);
    unsigned code;
    if (c == 'x' && sscanf(*p, "%2x", &code) == 1) {
        *p += 2;
        return (char)code;
    }
    return c && name ? values[name - names] : c;
}

/* Reads one word at *p, and moves *p behind it. */
static struct text take_word(const char **p)
{
    struct text word = {0};
    char quote = '\0';
    add(&word, "", 0);
    for (; **p && (quote || **p != ' ');) {
        char c = *(*p)++;
        if (c == quote) {
            quote = '\0';
            continue;
        } else if (!quote && (c == '"' || c == '\'')) {
            quote = c;
            continue;
        } else if (quote == '"' && c == '\\') {
            c = unescaped(p);
        }
        add(&word, &c, 1);
    }
    return word;
}

/* The request that a line says. */
static struct text request_of(const char *line)
{
    struct text words = {0}, request = {0};
    size_t n = 0;
    for (line += strspn(line, " "); *line; line += strspn(line, " ")) {
        struct text word = take_word(&line);
        print(&words, "$%zu\r\n", word.len);
        add(&words, word.at, word.len);
        add(&words, "\r\n", 2);
        forget(&word);
        n++;
    }
    print(&request, "*%zu\r\n", n);
    add(&request, words.at ? words.at : "", words.len);
    forget(&words);
    return request;
}

/* ---- replies as text ---- */

static void quote(struct text *to, const char *data, size_t len)
{
    add(to, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c == '\r' || c == '\n') {
            print(to, c == '\r' ? "\\r" : "\\n");
        } else if (c == '"' || c == '\\') {
            print(to, "\\%c", c);
        } else if (c < ' ' || c > '~') {
            print(to, "\\x%02x", c);
        } else {
            add(to, &data[i], 1);
        }
    }
    add(to, "\"", 1);
}

static size_t show(struct text *to, const char *data, size_t size);

static size_t show_list(struct text *to, const char *data, size_t size, size_t line, long count)
{
    size_t at = line;
    char mark = data[0];
    print(to, mark == '*' ? "[" : mark == '%' ? "{" : "%c[", mark);
    for (long i = 0; i < count * (mark == '%' ? 2 : 1); i++) {
        size_t n = show(to, data + at, size - at);
        if (n == 0) {
            return 0;
        }
        at += n;
        add(to, " ", 1);
    }
    to->len -= count > 0;
    print(to, mark == '%' ? "}" : "]");
    return at;
}

static size_t show_bulk(struct text *to, const char *data, size_t size, size_t line, long count)
{
    size_t all = line + (size_t)count + 2;
    if (all > size) {
        return 0;
    }
    if (data[0] == '=') {
        add(to, "=", 1);
        add(to, data + line, (size_t)count);
    } else {
        quote(to, data + line, (size_t)count);
    }
    return all;
}

/* One reply as text. Returns its size, or 0 if it is not complete. */
static size_t show(struct text *to, const char *data, size_t size)
{
    const char *end = size > 0 ? memchr(data, '\n', size) : NULL;
    if (!end) {
        return 0;
    }
    size_t line = (size_t)(end - data) + 1;
    long count = strtol(data + 1, NULL, 10);
    if (strchr("*%~>$=", data[0]) && count < 0) {
        print(to, data[0] == '*' ? "nil[]" : "nil");
        return line;
    } else if (strchr("*%~>", data[0])) {
        return show_list(to, data, size, line, count);
    } else if (strchr("$=", data[0])) {
        return show_bulk(to, data, size, line, count);
    } else if (strchr("+:", data[0])) {
        add(to, data + 1, line - 3);
    } else {
        add(to, data, line - 2);
    }
    return line;
}

/* Waits for one reply. False if none came in time; the end of the stream counts as one. */
static bool take_reply(struct client *c, struct text *reply, int64_t deadline)
{
    for (;;) {
        reply->len = 0;
        add(reply, "", 0);
        size_t n = show(reply, c->in.at ? c->in.at + c->pos : "", c->in.len - c->pos);
        c->pos += n;
        if (n > 0) {
            return true;
        }
        ssize_t got = receive(c, deadline);
        if (got == 0) {
            reply->len = 0;
            print(reply, "(the connection was closed)");
            return true;
        } else if (got < 0) {
            return false;
        }
    }
}

/* ---- what is expected ---- */

static bool in_range(const char *want, const char *got)
{
    long long least, most, number;
    char rest;
    return sscanf(want, "%lld..%lld%c", &least, &most, &rest) == 2 &&
           sscanf(got, "%lld%c", &number, &rest) == 1 && number >= least && number <= most;
}

static bool matches(const char *want, const char *got)
{
    for (; *want && *want != '*'; want++, got++) {
        if (*want != *got) {
            return false;
        }
    }
    if (!*want) {
        return !*got;
    }
    for (;; got++) {
        if (matches(want + 1, got)) {
            return true;
        } else if (!*got) {
            return false;
        }
    }
}

static void expect(struct client *c, const char *want)
{
    int64_t deadline = now_ms() + patience_ms;
    struct text reply = {0};
    for (;;) {
        if (!take_reply(c, &reply, now_ms() + patience_ms)) {
            fail("  expected: %s\n  but no reply came within %d ms", want, patience_ms);
        }
        if (in_range(want, reply.at) || matches(want, reply.at)) {
            break;
        }
        if (!c->again || now_ms() > deadline) {
            fail("  expected: %s\n  got:      %.2000s", want, reply.at);
        }
        nanosleep(&(struct timespec){0, 3 * 1000000}, NULL);
        send_all(c, &c->out);
    }
    c->waits = false;
    forget(&reply);
}

/* How many clients are blocked, according to the server. */
static long count_waiting(void)
{
    struct client *c = client_at(MONITOR);
    struct text request = request_of("info clients"), reply = {0};
    send_all(c, &request);
    if (!take_reply(c, &reply, now_ms() + patience_ms)) {
        fail("INFO got no reply");
    }
    const char *at = strstr(reply.at, "blocked_clients:");
    long n = at ? strtol(at + strlen("blocked_clients:"), NULL, 10) : -1;
    forget(&request);
    forget(&reply);
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
            fail("  expected: %ld clients that wait, but the server says %ld", waiting,
                 count_waiting());
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
        fail("  expected: the end of the connection, but it is open after %d ms", patience_ms);
    }
    if (c->pos < c->in.len) {
        fail("  expected: the end of the connection, but bytes came: %.200s", c->in.at + c->pos);
    }
}

static void hang_up(struct client *c)
{
    close(c->fd);
    forget(&c->in);
    forget(&c->out);
    *c = (struct client){.fd = -1};
}

/* ---- lines ---- */

static struct client *spoken_to; /* by the last request */

static void play_line(const char *line)
{
    bool named = line[0] >= 'a' && line[0] <= 'z' && (line[1] == '>' || line[1] == '<' ||
                                                      line[1] == ':' || line[1] == '?');
    size_t who = named ? (size_t)(line[0] - 'a') : 0;
    const char *rest = line + named;
    bool again = rest[0] == '?' && rest[1] == '>';

    if (line[0] == '\0' || line[0] == '#') {
        return;
    } else if (rest[again] == '>' && rest[again + 1] == ' ') {
        spoken_to = client_at(who);
        forget(&spoken_to->out);
        spoken_to->out = request_of(rest + again + 2);
        spoken_to->again = again;
        send_all(spoken_to, &spoken_to->out);
    } else if (named && rest[0] == '<' && rest[1] == ' ') {
        expect(client_at(who), rest + 2);
    } else if (named && strcmp(rest, ": close") == 0) {
        hang_up(client_at(who));
    } else if (named && strcmp(rest, ": gone") == 0) {
        expect_gone(client_at(who));
    } else if (!spoken_to) {
        wrong("a reply before any request", line);
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
        fprintf(stderr, "usage: dialogue [--timeout MS] [HOST] PORT|PATH <LINES\n");
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
        print(&history, "%.200s\n", line);
        play_line(line + strspn(line, " "));
    }
    return 0;
}
