/*
 * floor_request.h: what clients ask the floor, and what it answers.
 */
#ifndef BENCH_FLOOR_REQUEST_H
#define BENCH_FLOOR_REQUEST_H

#include <stddef.h>

#include "answer.h"
#include "floor_table.h"

/* Those before VERB_PING have a key. */
enum verb { VERB_GET, VERB_SET, VERB_INCR, VERB_PING, VERB_DBSIZE, VERB_OTHER };

struct floor_request {
    enum verb verb;
    struct floor_key key;
    struct slice value; /* of SET: bytes of what was parsed */
};

/* Takes a request from the n bytes at `in`. Returns its size, 0 if it is not
 * complete, -1 if it is wrong. */
long floor_take(struct floor_request *r, const char *in, size_t n);

/* Carries the request out and writes the answer to `out`. Returns its end. */
char *floor_run(struct floor_table *t, const struct floor_request *r,
                char *out);

/* An answer is at most this many times as long as its request. */
enum { FLOOR_ANSWER_RATIO = 3 };

#endif
