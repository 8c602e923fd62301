/*
 * reply: what a command answers: a message with one typed value in it.
 *
 *     +--------+-----+----------
 *     | length | tag | payload ...       numbers are little-endian
 *     +--------+-----+----------
 *                0    nil
 *                1    error     u32 code, u32 length, text
 *                2    string    u32 length, bytes
 *                3    integer   i64
 *                4    double    f64 (IEEE 754)
 *                5    array     u32 n, then n values, each with its tag
 *
 * Always true: between reply_begin() and reply_end() the values are written
 * behind the place of the length, which is filled in at the end.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "slice.h"

enum reply_tag {
    REPLY_NIL = 0,
    REPLY_ERR = 1,
    REPLY_STR = 2,
    REPLY_INT = 3,
    REPLY_DBL = 4,
    REPLY_ARR = 5,
};

enum reply_error {
    ERR_UNKNOWN = 1, /* no such command, or a wrong number of arguments */
    ERR_TOO_BIG = 2, /* the reply would not fit into a message */
};

struct reply {
    struct buf *out; /* where it is written */
    size_t start;    /* how much there was in it before */
    bool too_big;    /* what would not fit was left out */
};

/* Around the values of one reply. One that is too big becomes an error. */
void reply_begin(struct reply *r);
void reply_end(struct reply *r);

void reply_nil(struct reply *r);
void reply_err(struct reply *r, enum reply_error code, const char *text);
void reply_str(struct reply *r, struct slice str);
void reply_int(struct reply *r, int64_t value);
void reply_dbl(struct reply *r, double value);

/* The n values that are written next are the array. */
void reply_arr(struct reply *r, size_t n);

/* The same where n is known only afterwards: pass on what the first returns. */
size_t reply_arr_begin(struct reply *r);
void reply_arr_end(struct reply *r, size_t at, size_t n);

#endif
