/*
 * ask: see ask.h.
 */
#include "ask.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

/* Takes a line, and the lines that continue it. */
static bool cut_entry(struct str *rest, struct str *entry)
{
    struct str line;
    if (!str_cut(rest, '\n', entry)) {
        return false;
    }
    while (str_starts(*rest, " ") && str_cut(rest, '\n', &line)) {
        entry->len = (size_t)(line.at + line.len - entry->at);
    }
    return true;
}

static bool is_entry(struct str entry, const char *key, struct str *text)
{
    if (!str_starts(entry, key)) {
        return false;
    }
    *text = str_trim(str_skip(entry, strlen(key)));
    return true;
}

static const char *read_answer(struct scene *s, struct str text, bool right)
{
    if (s->n_answers == MOST_ANSWERS) {
        return "more answers than four";
    }
    s->answers[s->n_answers++] = (struct answer){.text = text, .right = right};
    return NULL;
}

/* An entry below an answer. */
static const char *read_detail(struct scene *s, struct str entry)
{
    struct answer *a = s->n_answers ? &s->answers[s->n_answers - 1] : NULL;
    struct str text = {"", 0};
    if (a && is_entry(entry, "why:", &text) && !a->why.len) {
        a->why = text;
        return NULL;
    }
    if (a && is_entry(entry, "shows:", &text) && a->n_shows < MOST_SHOWN) {
        a->shows[a->n_shows++] = text;
        return NULL;
    }
    return "an entry that cannot stand here";
}

static const char *read_entry(struct picture *p, struct str entry)
{
    struct scene *s = p->n ? &p->scenes[p->n - 1] : NULL;
    struct str text = {"", 0};
    if (!entry.len || str_starts(entry, "#") ||
        (!s && (is_entry(entry, "title:", &p->title) || is_entry(entry, "stage:", &p->stage) ||
                is_entry(entry, "about:", &p->about)))) {
        return NULL;
    }
    if (is_entry(entry, "state:", &text)) {
        p->scenes = one_more(p->scenes, p->n, sizeof *p->scenes);
        p->scenes[p->n++] = (struct scene){.say = text};
        return text.len ? NULL : "a state without a sentence";
    }
    if (s && is_entry(entry, "ask:", &text) && !s->ask.len) {
        s->ask = text;
        return NULL;
    }
    if (s && s->ask.len && is_entry(entry, "right:", &text)) {
        return read_answer(s, text, true);
    }
    if (s && s->ask.len && is_entry(entry, "wrong:", &text)) {
        return read_answer(s, text, false);
    }
    return s ? read_detail(s, entry) : "an entry that cannot stand here";
}

/* ---- checking ---- */

static bool shows_all(const struct answer *a, const struct state *next)
{
    for (size_t i = 0; i < a->n_shows; i++) {
        if (!recording_has(next, a->shows[i])) {
            return false;
        }
    }
    return true;
}

static const char *check_question(const struct scene *s, const struct state *next,
                                  struct str *where)
{
    size_t n_right = 0;
    *where = s->ask;
    for (size_t i = 0; i < s->n_answers; i++) {
        const struct answer *a = &s->answers[i];
        n_right += a->right;
        *where = a->text;
        if (!a->text.len || !a->why.len) {
            return "an answer without a text or a why";
        }
        if (a->right && (!a->n_shows || !shows_all(a, next))) {
            return "the right answer, but the next state does not show it";
        }
        if (!a->right && a->n_shows && shows_all(a, next)) {
            return "a wrong answer, but the next state shows it";
        }
    }
    *where = s->ask;
    return s->n_answers < LEAST_ANSWERS ? "fewer answers than two"
           : n_right != 1               ? "not exactly one right answer"
                                        : NULL;
}

static const char *check(const struct picture *p, struct str *where)
{
    const char *wrong = NULL;
    *where = (struct str){"", 0};
    if (!p->title.len || !p->stage.len || !p->about.len) {
        return "title, stage or about is missing";
    }
    if (p->n != p->recording.n) {
        return "not as many states as the recording has";
    }
    for (size_t i = 0; i < p->n && !wrong; i++) {
        bool last = i + 1 == p->n;
        *where = p->scenes[i].say;
        if (last != (p->scenes[i].ask.len == 0)) {
            return last ? "a question after the last state" : "a state without a question";
        }
        wrong = last ? NULL : check_question(&p->scenes[i], &p->recording.states[i + 1], where);
    }
    return wrong;
}

const char *picture_read(struct picture *p, const char *name, struct text ask,
                         struct text recording, struct str *where)
{
    *p = (struct picture){.name = name, .source = ask};
    struct str rest = str_view(&p->source);
    const char *wrong = recording_read(&p->recording, recording, where);
    while (!wrong && cut_entry(&rest, where)) {
        wrong = read_entry(p, *where);
    }
    return wrong ? wrong : check(p, where);
}

void picture_free(struct picture *p)
{
    free(p->scenes);
    recording_free(&p->recording);
    text_free(&p->source);
    *p = (struct picture){0};
}
