/*
 * garbled: sends two servers the same broken requests, and compares all that comes back.
 *
 *   garbled [-s SEED] [-n COUNT] SERVER SERVER
 *
 * A conversation begins with a PING, so that a server of several protocols knows which one this is.
 * Then come some requests of both forms, with bytes changed, dropped or put in. Line ends stay as
 * they are: Redis ends a header's line at the CR, and does not look at what follows. Each
 * conversation goes out in one piece on a connection of its own, which is then closed for sending.
 * What comes back must be equal, byte for byte. The first difference is shortened and shown.
 * Status: 0 none, 1 one, 2 wrong use, or a server cannot be reached.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../tools/die.h"
#include "../tools/quote.h"
#include "asker.h"
#include "random.h"
#include "servers.h"

const char program_name[] = "differential";

enum { MOST_REQUESTS = 6, MOST_CHANGES = 3, PATIENCE_MS = 5000 };

static struct address servers[2];

/* ---- making them up ---- */

/* None turns into another command of Redis if a letter is put before it. */
static const char *const requests[] = {
    "*1\r\n$4\r\nPING\r\n",
    "*2\r\n$4\r\nECHO\r\n$5\r\nhowdy\r\n",
    "*3\r\n$6\r\nAPPEND\r\n$1\r\nk\r\n$2\r\n12\r\n",
    "*2\r\n$6\r\nGETDEL\r\n$1\r\nk\r\n",
    "*2\r\n$4\r\nINCR\r\n$1\r\nk\r\n",
    "*0\r\n",
    "*-1\r\n",
    "\r\n",
    "PING\r\n",
    "ECHO \"a \\x41\\n b\"\r\n",
    "ECHO 'it''s'\r\n",
    "APPEND k 'it\\'s'\r\n",
    "  GETDEL   k  \r\n",
    "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n",
    "TOUCH k\r\n",
};

static const char *const pieces[] = {
    "\r\n", "*", "$", "$4\r\n", "*2\r\n", "-1", "0", "9", "\"", "'", "\\", "\\x4",
    " ", "\t", "+", ":", "4294967296", "99999999999999999999", "*1\r\n", "\"\"", "PING",
};

static void put_in(struct bytes *b, size_t at, const char *piece)
{
    struct bytes new = {0};
    bytes_add(&new, b->at, at);
    bytes_add_text(&new, piece);
    bytes_add(&new, b->at + at, b->len - at);
    bytes_free(b);
    *b = new;
}

/* Is there no end of a line in it? Or are there whole lines only? */
static bool may_go(const struct bytes *b, size_t at, size_t len)
{
    bool begins = at == 0 || b->at[at - 1] == '\n', ends = b->at[at + len - 1] == '\n';
    return (begins && ends) ||
           (!memchr(b->at + at, '\r', len) && !memchr(b->at + at, '\n', len));
}

static void change(struct random *r, struct bytes *b)
{
    size_t at = random_below(r, b->len);
    size_t len = 1 + random_below(r, b->len - at < 4 ? b->len - at : 4);
    if (!may_go(b, at, 1) || !may_go(b, at, len)) {
        return;
    }
    switch (random_below(r, 4)) {
    case 0: put_in(b, at, pieces[random_below(r, sizeof pieces / sizeof pieces[0])]); break;
    case 1: bytes_cut(b, at, len); break;
    case 2: b->at[at] = (char)(' ' + random_below(r, 95)); break;
    case 3: b->len = random_chance(r, 30) ? at + 1 : b->len; break;
    }
}

static struct bytes make(struct random *r)
{
    struct bytes b = {0};
    for (size_t n = 1 + random_below(r, MOST_REQUESTS); n > 0; n--) {
        bytes_add_text(&b, requests[random_below(r, sizeof requests / sizeof requests[0])]);
    }
    for (size_t n = random_below(r, MOST_CHANGES + 1); n > 0 && b.len > 0; n--) {
        change(r, &b);
    }
    return b;
}

/* ---- trying them ---- */

/* Reads until the server closes; false if it does not do so in time. */
static bool drain(struct asker *p)
{
    struct asker *one[1] = {p};
    return askers_exchange(one, 1, SIZE_MAX, PATIENCE_MS) || p->ended;
}

/* The whole conversation; what comes back is added to the replies. */
static void converse(const struct address *server, const struct bytes *b, struct bytes *replies)
{
    struct asker p;
    if (!asker_open(&p, server)) {
        die("a server cannot be reached any more");
    }
    bytes_add_text(&p.out, "PING\r\nDEL k\r\n");
    bytes_add(&p.out, b->at, b->len);
    struct bytes whole = p.out;
    p.out = (struct bytes){0};
    ssize_t sent = send(p.fd, whole.at, whole.len, MSG_NOSIGNAL);
    bytes_free(&whole);
    shutdown(p.fd, SHUT_WR);
    if (sent < 0 || !drain(&p)) {
        bytes_add_text(replies, "(no end)");
    }
    bytes_add(replies, p.in.at, p.in.len);
    asker_close(&p);
}

static bool differ(const struct bytes *b, struct bytes replies[2])
{
    for (int i = 0; i < 2; i++) {
        replies[i].len = 0;
        converse(&servers[i], b, &replies[i]);
    }
    return replies[0].len != replies[1].len ||
           memcmp(replies[0].at, replies[1].at, replies[0].len) != 0;
}

static void shrink(struct bytes *b, struct bytes replies[2])
{
    for (size_t len = b->len; len > 0; len /= 2) {
        for (size_t at = 0; at + len <= b->len;) {
            struct bytes shorter = {0};
            if (!may_go(b, at, len)) {
                at++;
                continue;
            }
            bytes_add(&shorter, b->at, b->len);
            bytes_cut(&shorter, at, len);
            if (differ(&shorter, replies)) {
                bytes_free(b);
                *b = shorter;
            } else {
                bytes_free(&shorter);
                at += len;
            }
        }
    }
    differ(b, replies);
}

static void show(const struct bytes *b, const struct bytes replies[2])
{
    printf("After PING and DEL k this was sent, and then the end:\n    ");
    quote_print(stdout, b->at, b->len, b->len);
    for (int i = 0; i < 2; i++) {
        printf("\n%s replied:\n    ", servers[i].text);
        quote_print(stdout, replies[i].at, replies[i].len, 1000);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct bytes replies[2] = {{0}, {0}};
    struct random r;
    uint64_t seed;
    size_t count = 3000;
    servers_read(argc, argv, "usage: garbled [-s SEED] [-n COUNT] SERVER SERVER", &seed,
                    &count, servers);
    random_seed(&r, seed);
    printf("seed %" PRIu64 ", %zu conversations\n", seed, count);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        struct bytes b = make(&r);
        found = differ(&b, replies);
        if (found) {
            shrink(&b, replies);
            show(&b, replies);
        }
        bytes_free(&b);
    }
    bytes_free(&replies[0]);
    bytes_free(&replies[1]);
    return found;
}
