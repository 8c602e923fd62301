/*
 * ask: a picture that asks: the recording of a run, and what a reader is asked before each of its
 * states. pictures/NAME.ask has the questions, pictures/NAME.rec the recording:
 *
 *   title: TEXT       what the picture is called
 *   stage: ch08_hashtable
 *   about: TEXT       what to know before it begins
 *   state: TEXT       what can be seen in the next state of the recording
 *
 * Each state but the last goes on with:
 *
 *   ask: TEXT         a question about the state that follows
 *   wrong: TEXT       two to four answers, in the order in which they are shown
 *   right: TEXT       exactly one of them
 *   why: TEXT         after each answer: why it is right, or wrong
 *   shows: LINE       what the recording would say in the next state if this answer was right
 *
 * All `shows` lines of the right answer must be in the recording, and none of a wrong answer's.
 * A text may go on in lines that begin with a blank. Lines that begin with # are remarks.
 */
#ifndef BOOK_ASK_H
#define BOOK_ASK_H

#include "recording.h"

enum { LEAST_ANSWERS = 2, MOST_ANSWERS = 4, MOST_SHOWN = 8 };

struct answer {
    struct str text, why;
    struct str shows[MOST_SHOWN];
    size_t n_shows;
    bool right;
};

struct scene {
    struct str say;
    struct str ask; /* empty: the last one has no question */
    struct answer answers[MOST_ANSWERS];
    size_t n_answers;
};

struct picture {
    const char *name;
    struct text source;
    struct str title, stage, about;
    struct scene *scenes; /* one for each state */
    size_t n;
    struct recording recording;
};

/* Takes over both texts; the name outlives the picture. Returns what is wrong, or NULL. *where:
 * the line or the text that is meant. */
const char *picture_read(struct picture *p, const char *name, struct text ask,
                         struct text recording, struct str *where);
void picture_free(struct picture *p);

#endif
