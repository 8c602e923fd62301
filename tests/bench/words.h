/*
 * words.h: requests that are made of any words, in any protocol; and the
 * smallest ones that each server answers.
 */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

#include <stddef.h>

#include "answer.h"

/* A request that changes nothing, and its answer: PING in RESP, and the GET of
 * a key that is empty in the binary protocol. And the answer to a SET. */
struct words {
    const char *ping;
    size_t ping_len;
    const char *pong;
    size_t pong_len;
    const char *ok;
    size_t ok_len;
};
const struct words *words_of(enum protocol protocol);

enum { PONG_MOST = 8 }; /* bytes of the longest pong */

/* Returns the bytes of a request; the caller frees them. */
char *words_encode(enum protocol protocol, const struct slice *words,
                   int nwords, size_t *len);

/* Sends a request and a ping behind it. So the answer, which may have
 * megabytes, need not be parsed to know whether it is complete: then its last
 * bytes are the pong. */
void words_send(int fd, enum protocol protocol, char **words, int nwords);

#endif
