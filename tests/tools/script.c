/*
 * A report goes to stderr, behind all that the script has printed on stdout.
 */
#include "script.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

/* ---- its words ---- */

char *expanded(const struct talk *t, const char *word)
{
    struct bytes b = {0};
    bytes_add(&b, "", 0);
    for (; *word; word++) {
        if (word[0] == '%' && (word[1] == 'i' || word[1] == 'n')) {
            bytes_print(&b, "%zu", word[1] == 'i' ? t->counter : t->flooded);
            word++;
        } else {
            bytes_add(&b, word, 1);
        }
    }
    return b.at;
}

size_t closing(const struct talk *t, size_t from, const char *open,
               const char *close)
{
    size_t depth = 0;
    if (!t->words[from] || strcmp(t->words[from], open) != 0) {
        wrong("expected %s after %s", open, t->words[from - 1]);
    }
    for (size_t i = from; t->words[i]; i++) {
        if (strcmp(t->words[i], open) == 0) {
            depth++;
        } else if (strcmp(t->words[i], close) == 0 && --depth == 0) {
            return i;
        }
    }
    wrong("%s without %s", open, close);
}

/* ---- its report ---- */

static void show_step(const struct talk *t)
{
    fprintf(stderr, "  step %zu: %.60s", t->step + 1, t->words[t->step]);
    for (size_t i = t->step + 1; i <= t->step_end && i <= t->step + 8; i++) {
        fprintf(stderr, " %.60s", t->words[i]);
    }
    if (t->counter) {
        fprintf(stderr, "  (round %zu of a repeat)", t->counter);
    }
    if (t->cur && t->cur->name[0]) {
        fprintf(stderr, "  (connection @%s)", t->cur->name);
    }
    fputc('\n', stderr);
}

static void show_connection(const struct peer *p)
{
    static const char *const ends[] = {
        "still open",
        "closed by the other end (EOF)",
        "reset by the other end (RST)",
    };
    tape_show(stderr, "sent on this connection", &p->sent);
    if (p->out.len > p->out_pos) {
        fprintf(stderr, "    (and %zu bytes that nobody took)\n",
                p->out.len - p->out_pos);
    }
    tape_show(stderr, "came back on it", &p->got);
    fprintf(stderr, "  the connection is %s\n", ends[p->end]);
}

static void headline(const char *format, va_list args)
{
    fflush(stdout);
    fprintf(stderr, "%s: ", program_name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    headline(format, args);
    va_end(args);
}

void give_up(const struct talk *t)
{
    show_step(t);
    if (t->cur) {
        show_connection(t->cur);
    }
    exit(1);
}

void fail(const struct talk *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    headline(format, args);
    va_end(args);
    give_up(t);
}
