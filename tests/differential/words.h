/*
 * words: the arguments that the generator makes up, by kind.
 *
 *   KEY STR ZSET        one of a few keys; those of a type mostly hold such a value
 *   LEXSET              a key of its own, for sets whose scores are all equal
 *   KEYS                a number and so many keys of sorted sets
 *   WEIGHTS             as many numbers as KEYS has named
 *   VALUE INT FLOAT     what a string may hold: numbers, texts, binary, nothing
 *   MEMBER SCORE MANY   of a sorted set; MANY: scores and members, up to 200 of them
 *   BOUND LEX           of a range by score or by name:  (1  -inf  [a  +
 *   INDEX COUNT CURSOR  of a range
 *   SECS MS AT AT_MS    times, so far away that no key's time is up during a run
 *   BITS BIT OFFSET     of a string
 *   DB GLOB NAME WAIT TYPE
 *   PAST ODD            what is mostly an error
 */
#ifndef WORDS_H
#define WORDS_H

#include "command.h"
#include "random.h"

/* Adds a word of that kind to the command; ends the program for a kind that is none. */
void words_add(struct random *r, struct command *c, const char *kind, size_t len);

/* Adds something that is hardly ever right, but harmless everywhere: no command takes a long
 * time or much memory for it, or gives a key a time limit that comes soon. */
void words_add_odd(struct random *r, struct command *c);

#endif
