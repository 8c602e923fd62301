/*
 * several: several clients at once, on two servers; both must send each client the same replies.
 *
 *   several [-s SEED] [-n COUNT] SERVER SERVER
 *
 * In each of COUNT scenes, 3 to 6 clients send in rounds. In a round all send at the same time, in
 * pieces that are cut anywhere: see script.h for what, and why it does not matter who comes first.
 * One more client serves those that block: at once, or after all others got their replies. Between
 * two rounds it touches what the others watch. The first difference is shown, with the seed that
 * shows it again. Status: 0 none, 1 one, 2 wrong use, or a server cannot be reached.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../tools/die.h"
#include "../tools/quote.h"
#include "../tools/resp.h"
#include "asker.h"
#include "random.h"
#include "script.h"
#include "servers.h"

const char program_name[] = "differential";

enum { PATIENCE_MS = 10000, MOST_ROUNDS = 4, SHOWN_BEFORE = 12, HELPER = MOST_CLIENTS };

static struct address servers[2];
static struct asker askers[2][MOST_CLIENTS + 1]; /* the last one is the helper */
static struct client clients[MOST_CLIENTS];
static struct script scripts[MOST_CLIENTS];
static size_t nclients;

/* ---- connections ---- */

static void open_client(size_t client)
{
    for (int i = 0; i < 2; i++) {
        if (!asker_open(&askers[i][client], &servers[i])) {
            die("a server cannot be reached any more");
        }
    }
}

static void close_client(size_t client)
{
    for (int i = 0; i < 2; i++) {
        if (askers[i][client].fd > 0) {
            asker_close(&askers[i][client]);
        }
    }
}

/* Waits for all, also for the helper. */
static bool await_all(void)
{
    struct asker *all[2 * (MOST_CLIENTS + 1)];
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        for (size_t client = 0; client < nclients; client++) {
            all[n++] = &askers[i][client];
        }
        all[n++] = &askers[i][HELPER];
    }
    return askers_await(all, n, PATIENCE_MS);
}

static void want(size_t client, size_t replies)
{
    askers[0][client].wanted = askers[1][client].wanted = replies;
}

/* Adds to what the client sends, to both servers. */
static void say(size_t client, const char *data, size_t len)
{
    for (int i = 0; i < 2; i++) {
        if (!askers[i][client].ended) {
            bytes_add(&askers[i][client].out, data, len);
        }
    }
}

/* ---- comparing ---- */

/* Replaces whatever stands between two texts by a third one, everywhere. It must not be longer. */
static void mask(struct bytes *b, const char *from, const char *to, const char *text)
{
    size_t head = strlen(from), tail = strlen(to);
    for (size_t at = 0; at + head < b->len; at++) {
        if (memcmp(b->at + at, from, head) != 0) {
            continue;
        }
        size_t begin = at + head, end = begin + strlen(text);
        while (end + tail <= b->len && memcmp(b->at + end, to, tail) != 0) {
            end++;
        }
        if (end + tail <= b->len) {
            memcpy(b->at + begin, text, strlen(text));
            bytes_cut(b, begin + strlen(text), end - begin - strlen(text));
        }
    }
}

/* In HELLO's reply the client's number and the server's version are its own. */
static bool is_same(size_t client)
{
    struct bytes *in[2] = {&askers[0][client].in, &askers[1][client].in};
    for (int i = 0; i < 2; i++) {
        mask(in[i], "$2\r\nid\r\n:", "\r\n$4\r\nmode\r\n", "0");
        mask(in[i], "$7\r\nversion\r\n", "\r\n$5\r\nproto\r\n", "$0\r\n");
    }
    return in[0]->len == in[1]->len &&
           (in[0]->len == 0 || memcmp(in[0]->at, in[1]->at, in[0]->len) == 0);
}

/* How many replies are equal, and where the first different one begins. */
static size_t equal_replies(const struct asker *a, const struct asker *b, size_t *at)
{
    size_t n = 0;
    *at = 0;
    for (;; n++) {
        ssize_t size = resp_size(a->in.at + *at, a->in.len - *at);
        if (size <= 0 || *at + (size_t)size > b->in.len ||
            memcmp(a->in.at + *at, b->in.at + *at, (size_t)size) != 0) {
            return n;
        }
        *at += (size_t)size;
    }
}

static void show_replies(size_t client)
{
    const struct bytes *in[2] = {&askers[0][client].in, &askers[1][client].in};
    size_t begin, n = equal_replies(&askers[0][client], &askers[1][client], &begin), at = begin;
    while (at < in[0]->len && at < in[1]->len && in[0]->at[at] == in[1]->at[at]) {
        at++;
    }
    printf("%zu replies are equal, and %zu bytes of the next. From a little before that on\n", n,
           at - begin);
    at = at - begin > 40 ? at - 40 : begin;
    for (int i = 0; i < 2; i++) {
        const struct asker *p = &askers[i][client];
        printf("%s replied%s:\n    ", servers[i].text, p->ended ? ", and then closed" : "");
        quote_print(stdout, p->in.at + at, p->in.len - at, 300);
        putchar('\n');
    }
}

static void show_script(const struct script *s)
{
    for (size_t i = 0, at = 0; i < s->nrequests; at = s->ends[i++]) {
        printf("    ");
        quote_print(stdout, s->bytes.at + at, s->ends[i] - at, 400);
        putchar('\n');
    }
}

/* Compares what a client received from both servers, and drops it. */
static bool check(size_t client)
{
    if (!is_same(client)) {
        if (client == HELPER) {
            printf("The helper, who serves and meddles, is answered differently. ");
        } else {
            printf("Client %c is answered differently. It had sent, in this round:\n",
                   clients[client].letter);
            show_script(&scripts[client]);
        }
        show_replies(client);
        return false;
    }
    if (!askers[0][client].ended && askers[0][client].replies < askers[0][client].wanted) {
        printf("Client %zu has no reply from either server, after %zu replies of %zu.\n", client,
               askers[0][client].replies, askers[0][client].wanted);
        return false;
    }
    for (int i = 0; i < 2; i++) {
        struct asker *p = &askers[i][client];
        p->in.len = p->parsed = p->replies = p->wanted = 0;
    }
    return true;
}

/* Waits for all and compares. */
static bool settle(void)
{
    bool in_time = await_all(), same = check(HELPER);
    for (size_t i = 0; i < nclients && same; i++) {
        same = check(i);
    }
    return same && in_time;
}

/* ---- playing ---- */

/* A number of bytes: few, some, or all. */
static size_t piece(struct random *r, size_t left)
{
    const size_t most[] = {4, 60, left, left};
    size_t len = 1 + random_below(r, most[random_below(r, 4)]);
    return len < left && random_chance(r, 70) ? len : left;
}

static void send_pieces(struct random *r)
{
    size_t sent[MOST_CLIENTS] = {0};
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < nclients; i++) {
            size_t left = scripts[i].bytes.len - sent[i], len = left ? piece(r, left) : 0;
            say(i, scripts[i].bytes.at + sent[i], len);
            sent[i] += len;
            more = more || len < left;
            want(i, 0);
        }
        await_all();
        if (random_chance(r, 20)) { /* so that the servers see half a request */
            nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
        }
    }
}

static void ask_helper(const struct bytes *requests, size_t n)
{
    say(HELPER, requests->at, requests->len);
    want(HELPER, n);
}

/* The helper goes on when the others have every reply that does not need it. */
static void await_blocked(void)
{
    for (size_t i = 0; i < nclients; i++) {
        const struct script *s = &scripts[i];
        want(i, s->closes && !s->blocks ? SIZE_MAX : s->sure);
    }
    await_all();
}

/* A client that was cut off, whether it asked for it or not, connects again. */
static void reopen(void)
{
    for (size_t i = 0; i < nclients; i++) {
        if (askers[0][i].ended || askers[1][i].ended) {
            close_client(i);
            open_client(i);
            clients[i].multi = false;
            clients[i].trusted = !clients[i].password;
            clients[i].untold = 0;
        }
    }
}

static bool play_round(struct random *r)
{
    struct bytes serving = {0};
    size_t nserving = 0;
    bool at_once = random_chance(r, 40);
    for (size_t i = 0; i < nclients; i++) {
        script_free(&scripts[i]);
        script_make(&scripts[i], r, &clients[i], &serving, &nserving);
    }
    if (at_once) {
        ask_helper(&serving, nserving);
    }
    send_pieces(r);
    if (!at_once) {
        await_blocked();
        ask_helper(&serving, nserving);
    }
    bytes_free(&serving);
    for (size_t i = 0; i < nclients; i++) {
        want(i, scripts[i].closes ? SIZE_MAX : scripts[i].replies);
    }
    return settle();
}

/* What the helper does while the others are quiet. */
static bool play_helper(const char *first, struct random *r)
{
    struct bytes requests = {0};
    bytes_add_text(&requests, first);
    size_t n = first[0] != '\0';
    n += r ? script_meddle(&requests, r, nclients) : 0;
    for (size_t i = 0; i < nclients; i++) {
        want(i, 0);
    }
    ask_helper(&requests, n);
    bytes_free(&requests);
    return settle();
}

/* At the end all must be closed when they say so, with nothing in their pipes. */
static bool part(void)
{
    for (size_t i = 0; i < nclients; i++) {
        script_free(&scripts[i]);
        say(i, "QUIT\r\n", 6);
        want(i, SIZE_MAX);
    }
    bool same = settle();
    for (size_t i = 0; i < nclients; i++) {
        close_client(i);
    }
    return same;
}

/* From now on, new clients must say it. */
static bool set_password(void)
{
    for (size_t i = 0; i < MOST_CLIENTS; i++) {
        clients[i].password = true;
    }
    return play_helper("CONFIG SET requirepass secret\r\n", NULL);
}

static void begin(struct random *r)
{
    nclients = 3 + random_below(r, MOST_CLIENTS - 2);
    for (size_t i = 0; i < nclients; i++) {
        clients[i] = (struct client){.letter = (char)('a' + i)};
        askers[0][i].ended = true; /* it is to be opened */
    }
}

static bool play_scene(uint64_t seed)
{
    struct random r;
    random_seed(&r, seed);
    begin(&r);
    size_t rounds = 1 + random_below(&r, MOST_ROUNDS);
    size_t password = random_below(&r, 2 * rounds); /* it is set before that round, if at all */
    bool same = play_helper("FLUSHALL\r\n", NULL);
    for (size_t i = 0; i < rounds && same; i++) {
        same = (i != password || set_password()) && play_helper("", &r);
        reopen();
        same = same && play_round(&r);
    }
    same = same && part();
    return same && play_helper("CONFIG SET requirepass ''\r\n", NULL);
}

static bool play(uint64_t seed, size_t count)
{
    printf("seed %" PRIu64 ", %zu scenes of several clients\n", seed, count);
    fflush(stdout);
    for (size_t i = 0; i < count; i++) {
        uint64_t own = seed + i * 1000003;
        if (!play_scene(own)) {
            printf("again: several -s %" PRIu64 " -n 1\n", own);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    uint64_t seed;
    size_t count = 300;
    servers_read(argc, argv, "usage: several [-s SEED] [-n COUNT] SERVER SERVER", &seed,
                    &count, servers);
    open_client(HELPER);
    bool same = play(seed, count);
    for (size_t i = 0; i < MOST_CLIENTS; i++) {
        script_free(&scripts[i]);
    }
    close_client(HELPER);
    return !same;
}
