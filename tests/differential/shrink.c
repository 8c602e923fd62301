/*
 * Whatever is taken out is tried on both servers: if they still disagree on a command of the same
 * name, it stays out. Large pieces go first, then ever smaller ones, then single words.
 */
#include "shrink.h"

#include <stdlib.h>
#include <string.h>

#include "../tools/clock.h"
#include "rules.h"

/* At most this long: what is left then is short enough to read. */
enum { MOST_MS = 20000 };

struct shrinking {
    struct play *play;
    struct sequence *sequence;
    struct difference *difference;
    struct bytes name; /* of the command that makes the difference */
    int64_t end_ms;
};

struct sequence sequence_copy(struct command *const *list, size_t n)
{
    struct sequence s = {.list = resized(NULL, n * sizeof *list), .n = n};
    for (size_t i = 0; i < n; i++) {
        s.list[i] = command_copy(list[i]);
    }
    return s;
}

void sequence_free(struct sequence *s)
{
    commands_free(s->list, s->n);
    *s = (struct sequence){0};
}

static bool is_allowed(const struct sequence *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (!rules_allow(s->list[i])) {
            return false;
        }
    }
    return true;
}

/* If this one differs, too, it becomes the sequence. Owns it from now on, either way. */
static bool adopt(struct shrinking *s, struct sequence *candidate)
{
    struct difference d = {0};
    bool good = now_ms() < s->end_ms && is_allowed(candidate) &&
                play_run(s->play, candidate->list, candidate->n, &d) == DIFFERENT;
    if (good) {
        const struct bytes *name = &candidate->list[d.at]->words[0];
        good = name->len == s->name.len && memcmp(name->at, s->name.at, name->len) == 0;
    }
    if (!good) {
        difference_free(&d);
        sequence_free(candidate);
        return false;
    }
    while (candidate->n > d.at + 1) {
        command_free(candidate->list[--candidate->n]);
    }
    difference_free(s->difference);
    sequence_free(s->sequence);
    *s->difference = d;
    *s->sequence = *candidate;
    return true;
}

/* The sequence without len commands from at on. */
static bool try_without(struct shrinking *s, size_t at, size_t len)
{
    struct sequence copy = sequence_copy(s->sequence->list, s->sequence->n);
    for (size_t i = at; i < at + len; i++) {
        command_free(copy.list[i]);
    }
    memmove(copy.list + at, copy.list + at + len, (copy.n - at - len) * sizeof *copy.list);
    copy.n -= len;
    return adopt(s, &copy);
}

/* From the end backwards, in pieces of that length. */
static bool drop_pieces(struct shrinking *s, size_t len)
{
    bool any = false;
    for (size_t at = s->sequence->n - 1; at >= len;) {
        at -= len;
        if (try_without(s, at, len)) {
            any = true;
            at = at < s->sequence->n ? at : s->sequence->n - 1;
        }
    }
    return any;
}

static void drop_commands(struct shrinking *s)
{
    for (size_t len = s->sequence->n / 2; len > 0; len /= 2) {
        while (drop_pieces(s, len) && len == 1) {
        }
    }
}

static bool try_without_word(struct shrinking *s, size_t at, size_t word)
{
    struct sequence copy = sequence_copy(s->sequence->list, s->sequence->n);
    struct bytes taken = command_take(copy.list[at], word);
    bytes_free(&taken);
    return adopt(s, &copy);
}

static bool try_word(struct shrinking *s, size_t at, size_t word, const char *data, size_t len)
{
    struct sequence copy = sequence_copy(s->sequence->list, s->sequence->n);
    struct bytes *old = &copy.list[at]->words[word];
    struct bytes new = {0};
    bytes_add(&new, data, len);
    bytes_free(old);
    *old = new;
    return adopt(s, &copy);
}

/* A shorter time would make another difference: the key would expire on one server first. */
static bool is_time(const struct bytes *b)
{
    size_t digits = 0;
    while (digits < b->len && b->at[digits] >= '0' && b->at[digits] <= '9') {
        digits++;
    }
    return digits == b->len && digits > 3;
}

static void shorten_word(struct shrinking *s, size_t at, size_t word)
{
    const struct bytes *b = &s->sequence->list[at]->words[word];
    if (!is_time(b) && b->len > 1 && !try_word(s, at, word, "a", 1) && !try_word(s, at, word, "1", 1)) {
        size_t len = b->len;
        for (b = &s->sequence->list[at]->words[word]; len > 8 && b->len == len; len /= 2) {
            try_word(s, at, word, b->at, len / 2);
            b = &s->sequence->list[at]->words[word];
        }
    }
}

static void drop_words(struct shrinking *s)
{
    for (size_t at = s->sequence->n; at-- > 0;) {
        for (size_t word = s->sequence->list[at]->nwords; word-- > 1;) {
            if (!try_without_word(s, at, word)) {
                shorten_word(s, at, word);
            }
            if (at >= s->sequence->n) {
                return; /* an earlier command makes the difference now */
            }
            if (word > s->sequence->list[at]->nwords) {
                word = s->sequence->list[at]->nwords;
            }
        }
    }
}

/* All by one client, if that makes no difference. */
static void unite_clients(struct shrinking *s)
{
    struct sequence copy = sequence_copy(s->sequence->list, s->sequence->n);
    for (size_t i = 0; i < copy.n; i++) {
        copy.list[i]->client = 0;
    }
    adopt(s, &copy);
}

void shrink(struct play *p, struct sequence *sequence, struct difference *d)
{
    struct shrinking s = {p, sequence, d, {0}, now_ms() + MOST_MS};
    const struct bytes *name = &sequence->list[d->at]->words[0];
    bytes_add(&s.name, name->at, name->len);
    drop_commands(&s);
    unite_clients(&s);
    drop_words(&s);
    drop_commands(&s);
    bytes_free(&s.name);
}
