/*
 * resp.h: the protocol of Redis, in both versions: requests to be sent, and
 * replies as they are in memory.
 */
#ifndef RESP_H
#define RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "bytes.h"

/* A request is an array of n words: this is its head ... */
void resp_add_array(struct bytes *to, size_t n);

/* ... and this is one of the words. */
void resp_add_word(struct bytes *to, const void *data, size_t len);

/* Returns how many bytes the first reply takes; 0: it is not complete; -1: it
 * is malformed. */
ssize_t resp_size(const char *data, size_t size);

/* A value within a reply; it points into the reply. */
struct value {
    char mark;        /* + - : $ * _ , # % ~ = ( > ! */
    bool null;        /* $-1, *-1 or _ */
    size_t size;      /* all of it, with everything inside */
    const char *text; /* of a scalar: without mark, length and line ends */
    size_t len;
    size_t count;       /* of an array: how many values are inside; of a map,
                           twice its pairs */
    const char *inside; /* where the first of them begins */
};

/* Reads the value at data, for which resp_size() must be positive. */
struct value resp_value(const char *data);

/* Are there values inside? Also true of a map, a set and a push. */
bool resp_is_array(const struct value *v);

#endif
