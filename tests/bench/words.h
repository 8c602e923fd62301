/*
 * words.h: requests of any words in any protocol, and the smallest requests
 * that each server answers.
 */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

#include <stddef.h>

#include "answer.h"

/* A request that changes nothing, and its answer: PING in RESP, and GET with an
 * empty key in the binary protocol. Also the answer to a SET. */
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

/* Sends a request with a ping behind it. An answer may have megabytes: it is
 * complete when the last bytes are the pong, so it need not be parsed. */
void words_send(int fd, enum protocol protocol, char **words, int nwords);

#endif
