/*
 * floor: a server that does what every server must do, and nothing else. It is
 * the yardstick of the bench: one thread with epoll cannot be much faster.
 *
 *   PORT=N floor [-k KEYS] [-o]
 *
 *   -k  room for so many keys (4000000)
 *   -o  parse, then answer OK to everything
 *
 * It knows GET, SET, INCR, DBSIZE and PING in RESP, with keys of up to 16 and
 * values of up to 32 bytes. A turn has these passes, each over all connections
 * that are ready, so that no look-up waits for memory alone:
 *
 *     read and parse, compute hashes and touch slots -> touch entries
 *         -> run the requests in order -> write
 *
 * A client that does not read its answers is not read from.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"
#include "floor_table.h"

enum {
    IN_SIZE = 32 * 1024,
    OUT_SIZE = 3 * IN_SIZE, /* no answer is three times its request */
    MOST_EVENTS = 128,
    MOST_BATCH = 512,
    MOST_WORDS = 8,
};

struct word {
    const char *at;
    size_t len;
};

struct conn {
    int fd;
    int closing;   /* after what is in `out` was sent */
    int blocked;   /* `out` could not be sent: wait until it can */
    size_t in_len; /* bytes in `in`, and how many of them were parsed */
    size_t parsed;
    size_t out_len, sent;
    char in[IN_SIZE];
    char out[OUT_SIZE];
};

enum verb { VERB_GET, VERB_SET, VERB_INCR, VERB_PING, VERB_DBSIZE, VERB_OTHER };

struct request {
    struct conn *conn;
    enum verb verb;
    struct floor_key key;
    struct word value;
};

struct server {
    int epoll, listener;
    int only_ok;
    struct floor_table table;
    struct request batch[MOST_BATCH];
    unsigned nbatch;
    struct conn *ready[MOST_EVENTS];
    unsigned nready;
};

/* ---- parsing ---- */

/* Reads "*12\r\n", `mark` being the '*'. Returns the bytes behind it, NULL if
 * they have not all arrived; *n is -1 if they are wrong. */
static const char *take_count(const char *at, const char *end, char mark,
                              long *n)
{
    const char *start = at;
    long v = 0;

    if (at < end && *at++ != mark)
        goto wrong;
    while (at < end && *at >= '0' && *at <= '9' && at - start < 8)
        v = v * 10 + (*at++ - '0');
    if (end - at < 2)
        return NULL;
    if (at[0] != '\r' || at[1] != '\n')
        goto wrong;
    *n = v;
    return at + 2;
wrong:
    *n = -1;
    return start;
}

/* Takes a request from the n bytes at `in`: its words, of which only the first
 * MOST_WORDS are kept. Returns its size, 0 if it is not complete, -1 if it is
 * wrong. */
static long take_request(const char *in, size_t n, struct word *words,
                         long *nwords)
{
    const char *end = in + n;
    const char *at = take_count(in, end, '*', nwords);
    long len;

    if (!at || *nwords < 1)
        return at ? -1 : 0;
    for (long i = 0; i < *nwords; i++) {
        at = take_count(at, end, '$', &len);
        if (!at || len < 0)
            return at ? -1 : 0;
        if (end - at < len + 2)
            return 0;
        if (i < MOST_WORDS)
            words[i] = (struct word){at, (size_t)len};
        at += len + 2;
    }
    return at - in;
}

/* `name` is in capitals. */
static int is(const struct word *w, const char *name, size_t len)
{
    if (w->len != len)
        return 0;
    for (size_t i = 0; i < len; i++)
        if ((w->at[i] & ~0x20) != name[i])
            return 0;
    return 1;
}

static enum verb verb_of(const struct word *words, long nwords)
{
    if (nwords >= 2 && words[1].len > FLOOR_KEY_MOST)
        return VERB_OTHER;
    if (nwords == 2 && is(words, "GET", 3))
        return VERB_GET;
    if (nwords == 3 && is(words, "SET", 3) &&
        words[2].len <= FLOOR_VALUE_MOST)
        return VERB_SET;
    if (nwords == 2 && is(words, "INCR", 4))
        return VERB_INCR;
    if (nwords == 1 && is(words, "PING", 4))
        return VERB_PING;
    return nwords == 1 && is(words, "DBSIZE", 6) ? VERB_DBSIZE : VERB_OTHER;
}

/* ---- answering ---- */

static void say(struct conn *c, const char *text, size_t len)
{
    memcpy(c->out + c->out_len, text, len);
    c->out_len += len;
}

static void say_number(struct conn *c, char mark, uint64_t n)
{
    char text[24];
    char *at = text + sizeof(text);

    *--at = '\n';
    *--at = '\r';
    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    *--at = mark;
    say(c, at, (size_t)(text + sizeof(text) - at));
}

static void run_get(const struct floor_table *t, const struct request *r)
{
    const struct floor_entry *e = floor_find(t, &r->key);
    char *out = r->conn->out + r->conn->out_len;

    if (!e) {
        say(r->conn, "$-1\r\n", 5);
    } else if (e->value_len == FLOOR_VALUE_MOST) {
        memcpy(out, "$32\r\n", 5);
        memcpy(out + 5, e->value, FLOOR_VALUE_MOST);
        memcpy(out + 5 + FLOOR_VALUE_MOST, "\r\n", 2);
        r->conn->out_len += 7 + FLOOR_VALUE_MOST;
    } else {
        say_number(r->conn, '$', e->value_len);
        say(r->conn, e->value, e->value_len);
        say(r->conn, "\r\n", 2);
    }
}

static void run_set(struct floor_table *t, const struct request *r)
{
    struct floor_entry *e = floor_make(t, &r->key);

    if (!e) {
        say(r->conn, "-ERR the floor is full\r\n", 24);
        return;
    }
    e->value_len = (uint8_t)r->value.len;
    memcpy(e->value, r->value.at, r->value.len);
    say(r->conn, "+OK\r\n", 5);
}

/* Counters are kept as text, as a GET may ask for them. */
static void run_incr(struct floor_table *t, const struct request *r)
{
    struct floor_entry *e = floor_make(t, &r->key);
    uint64_t n = 0;
    size_t before = r->conn->out_len + 1;

    if (!e) {
        say(r->conn, "-ERR the floor is full\r\n", 24);
        return;
    }
    for (unsigned i = 0; i < e->value_len; i++) {
        if (e->value[i] < '0' || e->value[i] > '9' || i == 18) {
            say(r->conn, "-ERR value is not an integer\r\n", 30);
            return;
        }
        n = n * 10 + (uint64_t)(e->value[i] - '0');
    }
    say_number(r->conn, ':', n + 1);
    e->value_len = (uint8_t)(r->conn->out_len - 2 - before);
    memcpy(e->value, r->conn->out + before, e->value_len);
}

static void run(struct server *s, const struct request *r)
{
    switch (r->verb) {
    case VERB_GET:
        run_get(&s->table, r);
        break;
    case VERB_SET:
        run_set(&s->table, r);
        break;
    case VERB_INCR:
        run_incr(&s->table, r);
        break;
    case VERB_PING:
        say(r->conn, "+PONG\r\n", 7);
        break;
    case VERB_DBSIZE:
        say_number(r->conn, ':', s->table.used);
        break;
    case VERB_OTHER:
        say(r->conn, "-ERR not on the floor\r\n", 23);
        break;
    }
}

/* ---- the passes of a turn ---- */

static void run_batch(struct server *s)
{
    for (unsigned i = 0; i < s->nbatch; i++)
        if (s->batch[i].verb <= VERB_INCR)
            floor_touch_entry(&s->table, &s->batch[i].key);
    for (unsigned i = 0; i < s->nbatch; i++)
        run(s, &s->batch[i]);
    s->nbatch = 0;
}

static void add_request(struct server *s, struct conn *c,
                        const struct word *words, long nwords)
{
    struct request *r = &s->batch[s->nbatch++];

    r->conn = c;
    r->verb = verb_of(words, nwords);
    if (r->verb <= VERB_INCR) {
        r->key = floor_key(words[1].at, words[1].len);
        floor_touch_slot(&s->table, &r->key);
    }
    if (r->verb == VERB_SET)
        r->value = words[2];
    if (s->nbatch == MOST_BATCH)
        run_batch(s);
}

static void parse(struct server *s, struct conn *c)
{
    struct word words[MOST_WORDS];
    long nwords, n;

    while ((n = take_request(c->in + c->parsed, c->in_len - c->parsed, words,
                             &nwords)) > 0) {
        c->parsed += (size_t)n;
        if (s->only_ok)
            say(c, "+OK\r\n", 5);
        else
            add_request(s, c, words, nwords);
    }
    if (n < 0 || (c->in_len == IN_SIZE && c->parsed == 0))
        c->closing = 1;
}

static void receive(struct server *s, struct conn *c)
{
    ssize_t n = recv(c->fd, c->in + c->in_len, IN_SIZE - c->in_len, 0);

    s->ready[s->nready++] = c;
    if (n > 0) {
        c->in_len += (size_t)n;
        parse(s, c);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        c->closing = 1;
    }
}

/* What was parsed goes; the requests of the batch have run. */
static void forget_parsed(struct conn *c)
{
    c->in_len -= c->parsed;
    if (c->in_len > 0 && c->parsed > 0)
        memmove(c->in, c->in + c->parsed, c->in_len);
    c->parsed = 0;
}

static void close_conn(struct conn *c)
{
    close(c->fd);
    free(c);
}

static void send_out(struct server *s, struct conn *c)
{
    struct epoll_event e = {.data.ptr = c};
    int blocked;

    while (c->sent < c->out_len) {
        ssize_t n = send(c->fd, c->out + c->sent, c->out_len - c->sent,
                         MSG_NOSIGNAL);
        if (n >= 0) {
            c->sent += (size_t)n;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            c->closing = 1;
            c->sent = c->out_len;
        }
    }
    blocked = c->sent < c->out_len;
    if (!blocked)
        c->sent = c->out_len = 0;
    if (c->closing) {
        close_conn(c);
    } else if (blocked != c->blocked) {
        c->blocked = blocked;
        e.events = blocked ? EPOLLOUT : EPOLLIN;
        epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &e);
    }
}

static void accept_all(struct server *s)
{
    int fd, yes = 1;

    while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
        struct conn *c = malloc(sizeof(*c));
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        if (!c)
            die_errno("malloc");
        c->fd = fd;
        c->closing = c->blocked = 0;
        c->in_len = c->parsed = c->out_len = c->sent = 0;
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
        if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
            die_errno("epoll_ctl");
    }
}

static void turn(struct server *s)
{
    struct epoll_event events[MOST_EVENTS];
    int n = epoll_wait(s->epoll, events, MOST_EVENTS, -1);

    s->nready = 0;
    for (int i = 0; i < n; i++) {
        struct conn *c = events[i].data.ptr;
        if (!c)
            accept_all(s);
        else if (c->blocked)
            s->ready[s->nready++] = c;
        else
            receive(s, c);
    }
    run_batch(s);
    for (unsigned i = 0; i < s->nready; i++) {
        forget_parsed(s->ready[i]);
        send_out(s, s->ready[i]);
    }
}

/* ---- the start ---- */

static void open_listener(struct server *s, int port)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct epoll_event e = {.events = EPOLLIN};
    socklen_t size = sizeof(addr);
    int yes = 1;

    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    s->epoll = epoll_create1(0);
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(s->listener, (struct sockaddr *)&addr, size) < 0)
        die_errno("bind");
    if (listen(s->listener, SOMAXCONN) < 0 ||
        fcntl(s->listener, F_SETFL, O_NONBLOCK) < 0 ||
        epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &e) < 0 ||
        getsockname(s->listener, (struct sockaddr *)&addr, &size) < 0)
        die_errno("listen");
    printf("listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct server s;
    const char *port = getenv("PORT");
    uint32_t keys = 4000000;
    int letter;

    set_program("floor");
    while ((letter = getopt(argc, argv, "k:o")) != -1) {
        if (letter == 'k')
            keys = (uint32_t)number_of("-k", optarg, 1, 1 << 30);
        else if (letter == 'o')
            s.only_ok = 1;
        else
            optind = argc + 1;
    }
    if (optind != argc) {
        fprintf(stderr, "usage: PORT=N floor [-k KEYS] [-o]\n");
        return 2;
    }
    floor_open(&s.table, keys);
    open_listener(&s, port ? (int)number_of("PORT", port, 0, 65535) : 1234);
    signal(SIGPIPE, SIG_IGN);
    for (;;)
        turn(&s);
}
