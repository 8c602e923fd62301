/*
 * recording: see recording.h. changes.c finds what has changed.
 */
#include "recording.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[KINDS] = {"title", "fact", "level", "bytes", "chain", "ring", "set",
                                         "slot",  "at",   "node",  "item",  "hand",  "did",
                                         "text"};

/* ---- reading ---- */

static bool has_things(enum kind kind)
{
    return kind == BYTES || kind == CHAIN || kind == RING || kind == SET || kind == SLOT ||
           kind == ITEM || kind == HAND;
}

static struct token token_of(struct str word)
{
    size_t equals = str_find(word, "=");
    return (struct token){.name = {word.at, equals}, .value = str_skip(word, equals + 1)};
}

static const char *read_row(struct row *row, struct str line)
{
    struct str word = {"", 0}, rest = line;
    row->line = line;
    str_cut(&rest, ' ', &word);
    if (word.len && word.at[word.len - 1] == ':') { /* it has no name */
        word.len--;
        rest = str_skip(line, word.len);
    }
    while (row->kind < KINDS && !str_is(word, kinds[row->kind])) {
        row->kind++;
    }
    if (row->kind == KINDS) {
        return "a line of no kind";
    }
    size_t colon = row->kind == TITLE ? rest.len : str_find(rest, ":");
    if (colon == rest.len && row->kind != TITLE) {
        return "a line without a colon";
    }
    row->name = (struct str){rest.at, colon};
    row->words = str_skip(rest, colon + 1);
    row->words = str_starts(row->words, " ") ? str_skip(row->words, 1) : row->words;
    for (rest = row->words; has_things(row->kind) && str_cut(&rest, ' ', &word);) {
        if (row->n == MOST_TOKENS) {
            return "a line of too many things";
        }
        row->tokens = one_more(row->tokens, row->n, sizeof *row->tokens);
        row->tokens[row->n++] = token_of(word);
    }
    return NULL;
}

static const char *read_line(struct recording *r, struct str line)
{
    if (str_starts(line, "state ")) {
        r->states = one_more(r->states, r->n, sizeof *r->states);
        r->states[r->n++] = (struct state){.label = str_skip(line, strlen("state "))};
        return NULL;
    }
    if (!str_starts(line, "    ") || !r->n) {
        return "neither a state nor a line of one";
    }
    struct state *s = &r->states[r->n - 1];
    struct row row = {0};
    const char *wrong = read_row(&row, str_skip(line, 4));
    s->rows = one_more(s->rows, s->n, sizeof *s->rows);
    s->rows[s->n++] = row;
    return wrong;
}

const char *recording_read(struct recording *r, struct text text, struct str *where)
{
    *r = (struct recording){.text = text};
    struct str rest = str_view(&r->text);
    const char *wrong = NULL;
    while (!wrong && str_cut(&rest, '\n', where)) {
        wrong = read_line(r, *where);
    }
    *where = wrong ? *where : (struct str){"", 0};
    return wrong || r->n ? wrong : "no state in it";
}

void recording_free(struct recording *r)
{
    for (size_t i = 0; i < r->n; i++) {
        for (size_t k = 0; k < r->states[i].n; k++) {
            free(r->states[i].rows[k].tokens);
        }
        free(r->states[i].rows);
    }
    free(r->states);
    text_free(&r->text);
    *r = (struct recording){0};
}

bool recording_has(const struct state *state, struct str line)
{
    for (size_t i = 0; i < state->n; i++) {
        if (str_same(str_trim(state->rows[i].line), str_trim(line))) {
            return true;
        }
    }
    return false;
}

/* ---- tables ---- */

struct str slot_table(const struct row *slot)
{
    return (struct str){slot->name.at, str_find(slot->name, " ")};
}

struct str slot_number(const struct row *slot)
{
    return str_skip(slot->name, slot_table(slot).len + 1);
}

size_t slot_count(const struct state *state, struct str table)
{
    size_t n = 0;
    for (size_t i = 0; i < state->n; i++) {
        n += state->rows[i].kind == SLOT && str_same(slot_table(&state->rows[i]), table);
    }
    return n;
}
