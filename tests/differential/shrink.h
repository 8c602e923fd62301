/*
 * shrink: makes a sequence of commands on which the servers disagree as short as possible.
 */
#ifndef SHRINK_H
#define SHRINK_H

#include "play.h"

struct sequence {
    struct command **list;
    size_t n;
};

/* Copies the commands list[0] ... list[n - 1], on the last of which the servers disagree. */
struct sequence sequence_copy(struct command *const *list, size_t n);

void sequence_free(struct sequence *s);

/* Drops commands, then words, then bytes of words, and keeps what still makes a difference on
 * a command of the same name, which then is the last one; d becomes that difference. */
void shrink(struct play *p, struct sequence *s, struct difference *d);

#endif
