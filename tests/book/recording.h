/*
 * recording: the states that a recorder wrote down (pictures/recorder.h lists the lines), and what
 * has changed from one to the next.
 *
 * Always true after recording_read():
 * - there is a state, and each row is of a kind that the pictures know;
 * - all strings are views of `text`.
 */
#ifndef BOOK_RECORDING_H
#define BOOK_RECORDING_H

#include "text.h"

enum { MOST_TOKENS = 64 }; /* of a row */

enum mark { SAME, FRESH, MOVED, CHANGED, MARKS };

enum kind { TITLE, FACT, LEVEL, BYTES, CHAIN, RING, SET, SLOT, AT, NODE, ITEM, HAND, DID, TEXT,
            KINDS };

/* One thing among those of a row: a node of a chain, a byte. "a=2" has a name and a value. */
struct token {
    struct str name, value;
    enum mark mark;
};

struct row {
    enum kind kind;
    struct str line;  /* all of it, without the indent */
    struct str name;  /* before the colon: "older 3" of a slot */
    struct str words; /* after it */
    struct token *tokens; /* what the words are, of a row of things */
    size_t n;
    enum mark mark; /* of the row as a whole */
};

struct state {
    struct str label;
    struct row *rows;
    size_t n;
};

struct recording {
    struct text text;
    struct state *states;
    size_t n;
};

/* Takes over the text. Returns what is wrong with it, or NULL. */
const char *recording_read(struct recording *r, struct text text, struct str *where);
void recording_free(struct recording *r);

/* Sets the marks of a state; before NULL: it is the first, and nothing is marked. */
void recording_mark(struct state *now, const struct state *before);

/* What has changed, in words: "New: d. Moved: a, b. Gone: c." */
void recording_changes(struct text *out, const struct state *now, const struct state *before);

/* Does a row of the state say this? Blanks at its ends do not count. */
bool recording_has(const struct state *state, struct str line);

/* The table of a slot, its number, and how many slots the table has. */
struct str slot_table(const struct row *slot);
struct str slot_number(const struct row *slot);
size_t slot_count(const struct state *state, struct str table);

#endif
