/*
 * resp: requests as Redis clients send them.
 *
 *     *2\r\n$3\r\nGET\r\n$1\r\nk\r\n     a count, then strings with lengths
 *     GET k\r\n                          or a line, as a person types it
 *
 * Always true:
 * - no byte is looked at twice: struct resp says how far the parser got in a
 *   request that is not complete yet;
 * - arguments are not copied. Those of a typed line are decoded in place, for
 *   what a quoted word means is never longer than the word.
 */
#ifndef RESP_H
#define RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "request.h"

enum {
    RESP_MAX_LINE = 64 * 1024,
    RESP_MAX_ARGS = 1024 * 1024,
    RESP_MAX_BULK = 512 * 1024 * 1024,
};

/* What one client's requests may be. If one exceeds args or bulk, the error
 * says that the client has not authenticated: all others get the format's
 * limits. */
struct resp_limits {
    int64_t args;
    int64_t bulk; /* bytes of an argument */
    size_t size;  /* bytes of a request, which the caller must check */
};

/* How far a request has been parsed. All zero: not begun. */
struct resp {
    size_t at;       /* bytes of it that are done with */
    size_t seen;     /* bytes that were searched for a line's end */
    size_t nargs;    /* strings that are to come in all; 0: not known yet */
    size_t bulk_len; /* of the string that is next, if in_bulk */
    bool in_bulk;
};

/* Parses the request at the front of the size bytes that were received; a typed
 * line is decoded in place. Returns how many bytes it takes; or 0 if it is not
 * complete; or -1, with *error as the text to reply before closing. The caller
 * must ignore an empty request (no arguments). */
ssize_t resp_parse(struct resp *state, struct request *r, uint8_t *data,
                   size_t size, const struct resp_limits *limits,
                   const char **error);

/* Splits a line into words, with quotes as in redis-cli, and adds them to r.
 * Returns false for a quote that does not end where a word does. */
bool resp_split_line(struct request *r, uint8_t *line, size_t len);

#endif
