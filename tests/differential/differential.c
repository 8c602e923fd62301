/*
 * differential: sends the same random commands to two servers, and compares their replies.
 *
 *   differential [OPTION VALUE]... SERVER SERVER
 *
 * A server is HOST:PORT, or the path of a socket.
 *
 *   -s SEED     the same seed makes the same commands (default: a new one, which is printed)
 *   -n COUNT    how many commands (100000)
 *   -r 2|3      which version of RESP the clients ask for (2)
 *   -t THEMES   only these, with commas between, see grammar.c (all)
 *   -m MOST     stop after MOST different differences (1)
 *   -i TEXT     a reply with this text never counts as a difference (not written yet)
 *
 * The first server is always right. Each difference is shrunk, then shown with both replies as
 * lines for redis-cli, each after the name of the client that sends it.
 * Status: 0 no difference, 1 some, 2 wrong use, or a server cannot be reached.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../tools/clock.h"
#include "../tools/quote.h"
#include "grammar.h"
#include "play.h"
#include "servers.h"
#include "shrink.h"

const char program_name[] = "differential";

enum { EPISODE = 300, LONG_EPISODE = 6000, MOST_KNOWN = 100 };

struct options {
    uint64_t seed;
    size_t count;
    size_t most;
    const char *themes;
};

static void usage(void)
{
    fprintf(stderr, "usage: differential [-s SEED] [-n COUNT] [-r 2|3] [-t THEMES] [-m MOST] "
                    "[-i TEXT] SERVER SERVER\n");
    exit(2);
}

static void read_options(int argc, char **argv, struct options *o, struct play *p)
{
    int option;
    while ((option = getopt(argc, argv, "s:n:r:t:m:i:")) != -1) {
        switch (option) {
        case 's': o->seed = strtoull(optarg, NULL, 10); break;
        case 'n': o->count = strtoull(optarg, NULL, 10); break;
        case 'r': p->version = atoi(optarg); break;
        case 't': o->themes = optarg; break;
        case 'm': o->most = strtoull(optarg, NULL, 10); break;
        case 'i': p->ignore = optarg; break;
        default: usage();
        }
    }
    if (argc - optind != 2) {
        usage();
    }
    server_parse(&p->servers[0], argv[optind]);
    server_parse(&p->servers[1], argv[optind + 1]);
    grammar_check_themes(o->themes);
}

/* ---- differences ---- */

static void show_reply(const char *who, const struct bytes *reply)
{
    printf("    %-20s ", who);
    if (reply->len > 0) {
        quote_print(stdout, reply->at, reply->len, 600);
    } else {
        printf("(no reply: the connection was closed, or nothing came for 5 s)");
    }
    putchar('\n');
}

static void show(const struct play *p, const struct sequence *s, const struct difference *d)
{
    printf("\nThe replies to the last of these commands differ:\n");
    for (size_t i = 0; i < s->n; i++) {
        printf("    %c> ", 'a' + s->list[i]->client);
        command_print(stdout, s->list[i]);
    }
    show_reply(p->servers[0].text, &d->replies[0]);
    show_reply(p->servers[1].text, &d->replies[1]);
    fflush(stdout);
}

static void add_start(struct bytes *to, const struct bytes *of)
{
    bytes_add(to, of->at, of->len < 20 ? of->len : 20);
    bytes_add(to, "/", 1);
}

/* Two differences count as one if the command and the beginnings of the replies are equal. */
static bool is_known(const struct command *c, const struct difference *d)
{
    static char known[MOST_KNOWN][64];
    static size_t n;
    char text[64] = "";
    struct bytes all = {0};
    add_start(&all, &c->words[0]);
    add_start(&all, &d->replies[0]);
    add_start(&all, &d->replies[1]);
    for (size_t i = 0; i < all.len; i++) {
        text[i] = (char)(all.at[i] ? tolower((unsigned char)all.at[i]) : ' ');
    }
    bytes_free(&all);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(known[i], text) == 0) {
            return true;
        }
    }
    if (n < MOST_KNOWN) {
        strcpy(known[n++], text);
    }
    return false;
}

/* Shrinks and shows it. Returns whether it is a new one. */
static bool report(struct play *p, struct command *const *list, struct difference *d)
{
    struct sequence s = sequence_copy(list, d->at + 1);
    shrink(p, &s, d);
    bool known = is_known(s.list[d->at], d);
    if (!known) {
        show(p, &s, d);
    }
    sequence_free(&s);
    return !known;
}

/* ---- the run ---- */

/* An episode begins with empty databases. Short ones shrink fast; in long ones values grow. */
static size_t episode_length(struct generator *g, size_t left)
{
    size_t n = random_chance(&g->random, 2) ? LONG_EPISODE : 1 + random_below(&g->random, EPISODE);
    g->client = 0;
    g->until_multi = 0;
    memset(g->in_multi, 0, sizeof g->in_multi);
    return n < left ? n : left;
}

static void broken(const struct play *p, struct command *const *list, size_t n)
{
    printf("\n%s or %s cannot be reached any more. The last commands:\n", p->servers[0].text,
           p->servers[1].text);
    for (size_t i = n > 40 ? n - 40 : 0; i < n; i++) {
        printf("    %c> ", 'a' + list[i]->client);
        command_print(stdout, list[i]);
    }
    exit(2);
}

/* Returns how many differences there were. */
static size_t run(struct play *p, const struct options *o)
{
    struct generator g = {.themes = o->themes};
    struct command **before = NULL;
    size_t found = 0, nbefore = 0;
    random_seed(&g.random, o->seed);
    for (size_t done = 0; done < o->count && found < o->most;) {
        size_t n = episode_length(&g, o->count - done);
        struct command **list = resized(NULL, n * sizeof *list);
        struct difference d = {0};
        for (size_t i = 0; i < n; i++) {
            list[i] = grammar_next(&g);
        }
        enum outcome outcome = play_run(p, list, n, &d);
        if (outcome == BROKEN) {
            broken(p, before, nbefore);
        }
        if (outcome == DIFFERENT && report(p, list, &d)) {
            found++;
        }
        difference_free(&d);
        commands_free(before, nbefore);
        before = list, nbefore = n;
        done += n;
    }
    commands_free(before, nbefore);
    return found;
}

int main(int argc, char **argv)
{
    struct play play = {.version = 2};
    struct options o = {.count = 100000, .most = 1, .themes = ""};
    o.seed = servers_new_seed();
    read_options(argc, argv, &o, &play);
    server_await(&play.servers[0]);
    server_await(&play.servers[1]);
    int64_t start_ms = now_ms();
    printf("seed %" PRIu64 ", %zu commands, RESP%d\n", o.seed, o.count, play.version);
    fflush(stdout);
    size_t found = run(&play, &o);
    play_close(&play);
    printf("%zu difference%s found in %.1f s (seed %" PRIu64 ")\n", found, found == 1 ? "" : "s",
           (double)(now_ms() - start_ms) / 1000, o.seed);
    return found > 0;
}
