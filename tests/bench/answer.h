/*
 * answer.h: what servers answer, in the protocols of the chapters and in RESP.
 */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include <stddef.h>
#include <stdint.h>

enum protocol {
    PROTOCOL_RESP,   /* final, redis-server */
    PROTOCOL_TLV,    /* ch08 and later: a length and a tagged value */
    PROTOCOL_STATUS, /* ch07: a length, a status and data */
    PROTOCOL_ECHO,   /* ch04, ch06: a length and bytes, in both directions */
};

enum kind {
    KIND_OK = 1 << 0,
    KIND_NIL = 1 << 1,
    KIND_TEXT = 1 << 2,
    KIND_INT = 1 << 3,
    KIND_DOUBLE = 1 << 4,
    KIND_LIST = 1 << 5,
    KIND_ERROR = 1 << 6,
};

struct answer {
    enum kind kind;
    const char *text; /* of a text or an error; not terminated */
    size_t len;       /* of it; of a list, how many elements */
};

struct slice {
    const char *data;
    size_t len;
};

/* Returns the protocol of that name, or -1. */
int protocol_find(const char *name);
const char *protocol_name(enum protocol protocol);

/* Takes an answer from the n bytes at `in`. Returns how many bytes it has, 0 if
 * it is not complete yet, -1 if it is malformed. */
long answer_read(enum protocol protocol, const char *in, size_t n,
                 struct answer *a);

/* Little-endian, as all numbers of the binary protocol. */
uint32_t u32_at(const char *p);
void u32_put(char *p, uint32_t v);

#endif
