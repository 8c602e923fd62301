/*
 * request.h: the bytes of what the load generator asks.
 *
 * A request is written once. Before it is sent again, only the digits of its
 * numbers are rewritten, so the generator stays cheaper than the cheapest
 * server.
 */
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "ops.h"

/* What a digit field of a request stands for. */
enum field {
    FIELD_KEY,   /* the number that was drawn: a key's, or a member's */
    FIELD_GROUP, /* the number / 1000: the key of a small sorted set */
    FIELD_SCORE, /* a random score, seven digits, the first not 0 */
    FIELD_RANK,  /* a random rank in a set of all keys, no leading 0 */
    FIELD_TTL,   /* ms until the moment at which all keys expire, */
    FIELD_DUE,   /* or that moment, in ms since 1970 */
};

enum { MOST_FIELDS = 3 };

struct place {
    enum field field;
    unsigned digits;
    size_t at; /* of the first digit, from the request's start */
};

/* An encoded request. */
struct request {
    const struct op *op;
    size_t len;
    size_t key_at;     /* of the key; a value begins with its bytes */
    size_t value_size; /* of the value that a right answer has */
    struct place places[MOST_FIELDS];
    unsigned nplaces;
};

/* What requests are filled with. */
struct numbers {
    uint64_t random; /* the generator's state */
    uint64_t keys;   /* numbers are below this */
    uint64_t next;   /* the next one in order */
    uint64_t due_ms; /* when keys expire, in ms since 1970 */
};

/* Appends the request's bytes to `to` and describes them in r. Returns the
 * number of bytes; with to == NULL, only this. Ends the program with status 2
 * if the protocol has no such request. */
size_t request_write(struct request *r, char *to, const struct op *op,
                     enum protocol protocol, size_t value_size, uint64_t keys);

/* Writes the numbers of the next request into its bytes. */
void request_fill(const struct request *r, char *bytes, struct numbers *n,
                  int in_order);

/* Whether the answer fits this request: its kind, and for a value also its size
 * and whether it begins with the key. */
int request_fits(const struct request *r, const char *bytes,
                 enum protocol protocol, const struct answer *a);

#endif
