/*
 * tape.h: what went over a connection, for reports: the first and the last
 * bytes of a stream, and how many there were. {0} is an empty tape.
 */
#ifndef TAPE_H
#define TAPE_H

#include <stddef.h>
#include <stdio.h>

enum { TAPE_HEAD = 48, TAPE_TAIL = 16 };

struct tape {
    char head[TAPE_HEAD]; /* the first bytes */
    char tail[TAPE_TAIL]; /* the last ones, at its end */
    size_t total;
};

void tape_add(struct tape *t, const char *data, size_t len);

/* Prints a title with the number of bytes, and lines of 16 bytes below. */
void tape_show(FILE *to, const char *title, const struct tape *t);

/* Prints bytes as if they were on a tape. */
void tape_show_bytes(FILE *to, const char *title, const char *data, size_t len);

#endif
