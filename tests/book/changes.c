/*
 * changes: what has changed from one state of a recording to the next: see recording.h. It compares
 * rows of the same kind and name. In a chain, the longest common subsequence has stayed; the other
 * nodes are new, or have moved.
 */
#include "recording.h"

#include <string.h>

/* Two slots are the same if they have the same number in tables of the same size: a table keeps its
 * size when its name changes from newer to older. */
static bool is_same_row(const struct state *now, const struct row *a, const struct state *before,
                        const struct row *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind != SLOT) {
        return str_same(a->name, b->name);
    }
    return str_same(slot_number(a), slot_number(b)) &&
           slot_count(now, slot_table(a)) == slot_count(before, slot_table(b));
}

static const struct row *find_row(const struct state *now, const struct row *row,
                                  const struct state *before)
{
    for (size_t i = 0; i < before->n; i++) {
        if (is_same_row(now, row, before, &before->rows[i])) {
            return &before->rows[i];
        }
    }
    return NULL;
}

/* Was there such a thing, anywhere? */
static bool has_token(const struct state *state, struct str name)
{
    for (size_t i = 0; i < state->n; i++) {
        const struct row *row = &state->rows[i];
        for (size_t k = 0; row->kind != BYTES && k < row->n; k++) {
            if (str_same(row->tokens[k].name, name)) {
                return true;
            }
        }
    }
    return false;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Marks what is not in the longest common subsequence of both rows. */
static void mark_order(struct row *row, const struct row *was, const struct state *before)
{
    static size_t longest[MOST_TOKENS + 1][MOST_TOKENS + 1]; /* of what begins there */
    size_t n_was = was ? was->n : 0, i = 0, k = 0;
    memset(longest, 0, sizeof longest);
    for (i = row->n; i-- > 0;) {
        for (k = n_was; k-- > 0;) {
            longest[i][k] = str_same(row->tokens[i].name, was->tokens[k].name)
                                ? 1 + longest[i + 1][k + 1]
                                : larger(longest[i + 1][k], longest[i][k + 1]);
        }
    }
    for (i = k = 0; i < row->n;) {
        struct token *t = &row->tokens[i];
        if (k < n_was && str_same(t->name, was->tokens[k].name)) {
            t->mark = str_same(t->value, was->tokens[k++].value) ? SAME : CHANGED;
            i++;
        } else if (k < n_was && longest[i][k + 1] >= longest[i + 1][k]) {
            k++;
        } else {
            t->mark = has_token(before, t->name) ? MOVED : FRESH;
            i++;
        }
    }
}

/* Bytes and items have fixed places: each is compared with what was there before. */
static void mark_places(struct row *row, const struct row *was, const struct state *before)
{
    for (size_t i = 0; i < row->n; i++) {
        struct token *t = &row->tokens[i];
        bool same = was && i < was->n && str_same(t->name, was->tokens[i].name);
        bool is_hole = str_is(t->name, "__") || str_is(t->name, "-");
        if (is_hole || (same && str_same(t->value, was->tokens[i].value))) {
            t->mark = SAME;
        } else if (row->kind == BYTES) {
            t->mark = was && i < was->n && !str_is(was->tokens[i].name, "__") ? CHANGED : FRESH;
        } else {
            t->mark = same ? CHANGED : has_token(before, t->name) ? MOVED : FRESH;
        }
    }
}

/* Where a node of a tree hangs, without its numbers. */
static struct str place_of(struct str words)
{
    return (struct str){words.at, str_find(words, ",")};
}

static enum mark mark_of(const struct row *row, const struct row *was)
{
    if (!was) {
        return FRESH;
    }
    if (row->kind == SLOT) {
        return str_same(slot_table(row), slot_table(was)) ? SAME : CHANGED;
    }
    if (str_same(row->words, was->words)) {
        return SAME;
    }
    bool moved = row->kind == NODE && !str_same(place_of(row->words), place_of(was->words));
    return moved ? MOVED : CHANGED;
}

void recording_mark(struct state *now, const struct state *before)
{
    for (size_t i = 0; before && i < now->n; i++) {
        struct row *row = &now->rows[i];
        const struct row *was = find_row(now, row, before);
        row->mark = mark_of(row, was);
        if (row->kind == BYTES || row->kind == ITEM || row->kind == HAND) {
            mark_places(row, was, before);
        } else if (row->n) {
            mark_order(row, was, before);
        }
    }
}

/* ---- the same in words ---- */

struct names {
    const char *begin;
    struct str name[MOST_TOKENS];
    size_t n;
};

static void add_name(struct names *names, struct str name)
{
    for (size_t i = 0; i < names->n; i++) {
        if (str_same(names->name[i], name)) {
            return;
        }
    }
    if (names->n < MOST_TOKENS && name.len) {
        names->name[names->n++] = name;
    }
}

/* Whether a thing has the name of its row: numbers, bytes and nodes have it, slots do not. */
static bool is_one_thing(const struct row *row)
{
    return row->kind == FACT || row->kind == LEVEL || row->kind == BYTES || row->kind == NODE;
}

static void add_marked(struct names names[MARKS], const struct row *row)
{
    if (is_one_thing(row)) {
        add_name(&names[row->mark], row->name);
    } else if (row->kind == SLOT && row->mark != SAME && str_is(slot_number(row), "0")) {
        add_name(&names[row->mark], slot_table(row));
    }
    for (size_t k = 0; row->kind != BYTES && k < row->n; k++) {
        if (!str_is(row->tokens[k].name, "-")) {
            add_name(&names[row->tokens[k].mark], row->tokens[k].name);
        }
    }
}

static void add_gone(struct names *gone, const struct state *now, const struct state *before)
{
    for (size_t i = 0; i < before->n; i++) {
        const struct row *row = &before->rows[i];
        if (is_one_thing(row) && !find_row(before, row, now)) {
            add_name(gone, row->name);
        }
        for (size_t k = 0; row->kind != BYTES && k < row->n; k++) {
            if (!has_token(now, row->tokens[k].name) && !str_is(row->tokens[k].name, "-")) {
                add_name(gone, row->tokens[k].name);
            }
        }
    }
}

void recording_changes(struct text *out, const struct state *now, const struct state *before)
{
    struct names names[MARKS] = {
        {.begin = "Gone"}, {.begin = "New"}, {.begin = "Moved"}, {.begin = "Changed"}};
    for (size_t i = 0; i < now->n; i++) {
        add_marked(names, &now->rows[i]);
    }
    names[SAME].n = 0; /* in its place: what is gone */
    if (before) {
        add_gone(&names[SAME], now, before);
    }
    for (size_t m = 1; m <= MARKS; m++) {
        const struct names *list = &names[m % MARKS];
        for (size_t i = 0; i < list->n; i++) {
            text_say(out, i ? ", " : out->len ? " " : "");
            text_print(out, "%s%s", i ? "" : list->begin, i ? "" : ": ");
            text_add(out, list->name[i]);
        }
        text_say(out, list->n ? "." : "");
    }
}
