/*
 * scanning: does SCAN keep its promise while keys come and go?
 *
 *   scanning SERVER KEYS
 *
 * KEYS keys are there all the time. Between the calls of a scan others are added, or deleted, or
 * both in turns, so that the table grows and shrinks by several sizes. Each scan must end, and must
 * return every key that stayed and no key that never existed. Status: 0 all is well, 1 not, 2 wrong
 * use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/die.h"
#include "../tools/resp.h"
#include "asker.h"
#include "servers.h"

const char program_name[] = "differential";

enum { PATIENCE_MS = 10000 };

static struct asker asker;
static size_t nstay;
static bool *seen; /* of those that stay */

/* What happens to the others: their numbers are first ... last - 1. */
struct weather {
    const char *name;
    size_t count;  /* of each SCAN */
    size_t step;   /* how many others come, or go, between two calls */
    size_t others; /* there when the scan begins, in multiples of those that stay */
    size_t added;  /* at most this many in all, in the same unit */
    bool deletes;
};

/* When a table shrinks by half, the upper half, which the scan has not reached yet, moves into the
 * lower half, which it may have passed. So the table should shrink when the scan is half done. */
static const struct weather weathers[] = {
    {"nothing else happens", 100, 0, 5, 0, false},
    {"keys are added", 100, 300, 0, 40, false},
    {"keys are added, COUNT 7", 7, 200, 1, 20, false},
    {"keys are deleted", 20, 300, 40, 0, true},
    {"keys are deleted, COUNT 200", 200, 2000, 40, 0, true},
    {"keys are added and deleted", 50, 600, 20, 40, true},
};

static void ask(const char *format, const char *prefix, size_t i)
{
    char line[128];
    snprintf(line, sizeof line, format, prefix, i);
    bytes_add_text(&asker.out, line);
}

/* Waits for that many replies, the first of which is still there afterwards. */
static void exchange(size_t replies)
{
    struct asker *askers[1] = {&asker};
    if (!askers_exchange(askers, 1, replies, PATIENCE_MS) || asker.replies < replies) {
        die("the server does not answer");
    }
}

static void change(const char *format, const char *prefix, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        ask(format, prefix, i);
        if (asker.out.len > 500000 || i + 1 == last) {
            exchange(asker.replies + 1); /* at least: it reads on while it sends */
        }
    }
    if (last > first) {
        exchange(last - first);
        asker_forget(&asker);
    }
}

/* One key of a scan. */
static void note(const struct value *key, const struct weather *w)
{
    char text[64];
    size_t i;
    snprintf(text, sizeof text, "%.*s", (int)(key->len < 60 ? key->len : 60), key->text);
    if (sscanf(text, "stay:%zu", &i) == 1 && i < nstay) {
        seen[i] = true;
    } else if (strncmp(text, "other:", 6) != 0) {
        printf("While %s: SCAN returned a key that never was: %s\n", w->name, text);
        exit(1);
    }
}

/* One call. Returns the next cursor. */
static size_t scan_once(const struct weather *w, size_t cursor)
{
    char line[64];
    snprintf(line, sizeof line, "SCAN %zu COUNT %zu\r\n", cursor, w->count);
    bytes_add_text(&asker.out, line);
    exchange(1);
    struct value all = resp_value(asker.in.at);
    if (!resp_is_array(&all) || all.count != 2) {
        die("SCAN replied something else than a cursor and an array");
    }
    struct value next = resp_value(all.inside), keys = resp_value(all.inside + next.size);
    const char *at = keys.inside;
    for (size_t i = 0; i < keys.count; i++) {
        struct value key = resp_value(at);
        note(&key, w);
        at += key.size;
    }
    cursor = strtoull(next.text, NULL, 10);
    asker_forget(&asker);
    return cursor;
}

static bool check(const struct weather *w, size_t calls)
{
    for (size_t i = 0; i < nstay; i++) {
        if (!seen[i]) {
            printf("While %s: after %zu calls of SCAN the cursor was 0, and the key stay:%zu, which "
                   "was there all the time, was not among those returned.\n", w->name, calls, i);
            return false;
        }
    }
    return true;
}

static bool scan(const struct weather *w)
{
    size_t first = 0, last = w->others * nstay, most = last + w->added * nstay;
    size_t cursor = 0, calls = 0, limit = 20000 + 50 * (most + nstay) / w->count;
    bytes_add_text(&asker.out, "FLUSHALL\r\n");
    exchange(1);
    asker_forget(&asker);
    change("SET %s%zu v\r\n", "stay:", 0, nstay);
    change("SET %s%zu v\r\n", "other:", first, last);
    memset(seen, 0, nstay);
    do {
        cursor = scan_once(w, cursor);
        if (++calls > limit) {
            printf("While %s: SCAN has not ended after %zu calls.\n", w->name, calls);
            return false;
        }
        if (last < most && (!w->deletes || calls / 40 % 2 == 0)) {
            change("SET %s%zu v\r\n", "other:", last, last + w->step);
            last += w->step;
        } else if (w->deletes && first + w->step <= last) {
            change("DEL %s%zu\r\n", "other:", first, first + w->step);
            first += w->step;
        }
    } while (cursor != 0);
    return check(w, calls);
}

int main(int argc, char **argv)
{
    struct address address;
    if (argc != 3 || (nstay = strtoull(argv[2], NULL, 10)) == 0) {
        fprintf(stderr, "usage: scanning SERVER KEYS\n");
        return 2;
    }
    server_parse(&address, argv[1]);
    server_await(&address);
    if (!asker_open(&asker, &address)) {
        die("the server does not listen");
    }
    seen = resized(NULL, nstay * sizeof *seen);
    bool good = true;
    for (size_t i = 0; i < sizeof weathers / sizeof weathers[0] && good; i++) {
        good = scan(&weathers[i]);
    }
    asker_close(&asker);
    free(seen);
    return good ? 0 : 1;
}
