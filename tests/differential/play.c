/*
 * One client at a time sends a row of commands to both servers, whose replies are then compared in
 * order. What EXEC replies is compared by the commands that were queued: the replies so far tell
 * which these are.
 */
#include "play.h"

#include <stdlib.h>
#include <string.h>

#include "../tools/resp.h"
#include "rules.h"

enum { PATIENCE_MS = 5000, MOST_IN_A_ROW = 500 };

static bool greet(struct play *p, int client, const char *text)
{
    struct asker *askers[2] = {&p->askers[0][client], &p->askers[1][client]};
    for (int i = 0; i < 2; i++) {
        bytes_add_text(&askers[i]->out, text);
    }
    bool answered = askers_exchange(askers, 2, 1, PATIENCE_MS);
    for (int i = 0; i < 2; i++) {
        answered = answered && askers[i]->replies == 1;
        asker_forget(askers[i]);
    }
    return answered;
}

static bool begin(struct play *p)
{
    play_close(p);
    for (int i = 0; i < 2; i++) {
        for (int client = 0; client < CLIENTS; client++) {
            if (!asker_open(&p->askers[i][client], &p->servers[i])) {
                return false;
            }
        }
    }
    for (int client = 0; client < CLIENTS; client++) {
        if (!greet(p, client, p->version == 3 ? "HELLO 3\r\n" : "HELLO 2\r\n")) {
            return false;
        }
    }
    return greet(p, 0, "FLUSHALL\r\n");
}

void play_close(struct play *p)
{
    for (int i = 0; i < 2; i++) {
        for (int client = 0; client < CLIENTS; client++) {
            if (p->askers[i][client].fd > 0) {
                asker_close(&p->askers[i][client]);
            }
        }
    }
}

/* How many commands from here on go out together. */
static size_t row_length(struct command *const *list, size_t n)
{
    size_t len = 1;
    while (len < n && len < MOST_IN_A_ROW && list[len]->client == list[0]->client) {
        len++;
    }
    return len;
}

/* The statuses that matter for transactions, as far as the replies are known. */
enum status { OTHER, OK, QUEUED };

static enum status status_of(const char *reply)
{
    if (strncmp(reply, "+QUEUED\r\n", 9) == 0) {
        return QUEUED;
    }
    return strncmp(reply, "+OK\r\n", 5) == 0 ? OK : OTHER;
}

/* What EXEC at list[at] carries out: the client's commands since MULTI that were queued. */
static size_t find_queued(struct command *const *list, const enum status *statuses, size_t at,
                          struct command **found)
{
    size_t n = 0, from = at;
    while (from > 0 && !(list[from]->client == list[at]->client && statuses[from] == OK &&
                         command_word_is(list[from], 0, "multi"))) {
        from--;
    }
    for (size_t i = from; i < at; i++) {
        if (statuses[i] == QUEUED && list[i]->client == list[at]->client) {
            found[n++] = list[i];
        }
    }
    return n;
}

static bool agree(struct command *const *list, const enum status *statuses, size_t at, const char *a,
                  const char *b)
{
    if (!command_word_is(list[at], 0, "exec")) {
        return rules_agree(list[at], NULL, 0, a, b);
    }
    struct command **found = resized(NULL, (at + 1) * sizeof *found);
    size_t n = find_queued(list, statuses, at, found);
    bool yes = rules_agree(list[at], found, n, a, b);
    free(found);
    return yes;
}

static bool has(const char *data, size_t len, const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i + size <= len; i++) {
        if (memcmp(data + i, text, size) == 0) {
            return true;
        }
    }
    return false;
}

/* The places of the replies to list[at]; size 0 if an asker has no more replies. */
static enum outcome compare(const struct play *p, struct command *const *list, enum status *statuses,
                            size_t at, const char *const replies[2], const size_t sizes[2],
                            struct difference *d)
{
    if (sizes[0] > 0 && sizes[1] > 0) {
        statuses[at] = status_of(replies[0]);
        if (agree(list, statuses, at, replies[0], replies[1])) {
            return SAME;
        }
    }
    for (int i = 0; i < 2; i++) {
        if (p->ignore && has(replies[i], sizes[i], p->ignore)) {
            return IGNORED;
        }
    }
    d->at = at;
    for (int i = 0; i < 2; i++) {
        d->replies[i].len = 0;
        bytes_add(&d->replies[i], replies[i], sizes[i]);
    }
    return DIFFERENT;
}

/* Commands list[at] ... list[at + len - 1], which are one client's. */
static enum outcome run_row(struct play *p, struct command *const *list, enum status *statuses, size_t at,
                            size_t len, struct difference *d)
{
    int client = list[at]->client;
    struct asker *askers[2] = {&p->askers[0][client], &p->askers[1][client]};
    size_t places[2] = {0, 0};
    enum outcome outcome = SAME;

    for (size_t i = at; i < at + len; i++) {
        command_encode(list[i], &askers[0]->out);
    }
    bytes_add(&askers[1]->out, askers[0]->out.at, askers[0]->out.len);
    askers_exchange(askers, 2, len, PATIENCE_MS);
    for (size_t i = at; i < at + len && outcome == SAME; i++) {
        const char *replies[2];
        size_t sizes[2];
        for (int j = 0; j < 2; j++) {
            replies[j] = askers[j]->in.at + places[j];
            sizes[j] = places[j] < askers[j]->parsed ? resp_value(replies[j]).size : 0;
            places[j] += sizes[j];
        }
        outcome = compare(p, list, statuses, i, replies, sizes, d);
    }
    asker_forget(askers[0]);
    asker_forget(askers[1]);
    return outcome;
}

enum outcome play_run(struct play *p, struct command *const *list, size_t n,
                      struct difference *d)
{
    enum outcome outcome = SAME;
    if (!begin(p)) {
        return BROKEN;
    }
    enum status *statuses = resized(NULL, n * sizeof *statuses);
    memset(statuses, 0, n * sizeof *statuses);
    for (size_t at = 0; at < n && outcome == SAME;) {
        size_t len = row_length(list + at, n - at);
        outcome = run_row(p, list, statuses, at, len, d);
        at += len;
    }
    free(statuses);
    return outcome;
}

void difference_free(struct difference *d)
{
    bytes_free(&d->replies[0]);
    bytes_free(&d->replies[1]);
}
