/*
 * words: the arguments that the generator makes up, by kind.
 *
 *   KEY STR ZSET        one of a few keys; those of a type mostly hold such a value
 *   LEXSET              a key of its own, for sets whose scores are all equal
 *   KEYS                a number, and that many keys of sorted sets
 *   WEIGHTS             as many numbers as KEYS has named
 *   VALUE INT FLOAT     what a string may hold: numbers, texts, binary, nothing
 *   MEMBER SCORE MANY   of a sorted set; MANY: scores and members, up to 200 of them
 *   BOUND LEX           of a range by score or by name:  (1  -inf  [a  +
 *   INDEX COUNT CURSOR  of a range
 *   SECS MS AT AT_MS    times, so far away that no key expires during a run
 *   BITS BIT OFFSET     of a string
 *   DB GLOB NAME WAIT TYPE
 *   PAST ODD            what is mostly an error
 */
#ifndef WORDS_H
#define WORDS_H

#include "command.h"
#include "random.h"

/* Adds a word of that kind to the command; ends the program if there is no such kind. */
void words_add(struct random *r, struct command *c, const char *kind, size_t len);

/* Adds something that is hardly ever right, but harmless everywhere: no command takes long or
 * needs much memory for it, and no key gets a short TTL from it. */
void words_add_odd(struct random *r, struct command *c);

#endif
