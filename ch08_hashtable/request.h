/*
 * request: a command and its arguments, as a list of strings.
 *
 *     +--------+------+-----+------+-----+----     all numbers: u32,
 *     | length | nstr | len | str1 | len | str2 ...        little-endian
 *     +--------+------+-----+------+-----+----
 *
 * The strings fill the message to its last byte. They are not copied: the
 * arguments are valid for as long as the received bytes stay where they are.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "slice.h"

enum { REQUEST_MAX_ARGS = 200 * 1000 };

/* What request_parse() returns for a malformed request. It may also return a
 * WIRE_ number (WIRE_TOO_LONG), so this must not be one of them. */
enum { REQUEST_BAD = -10 };

/* All zero is an empty request. */
struct request {
    struct slice *args; /* args[0] is the command's name */
    size_t nargs;
    size_t cap; /* how many args has room for */
};

/* Looks for a request at the front of size bytes that were received. Returns
 * how many of them it takes; or 0 when some are still to come; or a negative
 * number that request_strerror() knows. */
ssize_t request_parse(struct request *r, const uint8_t *data, size_t size);

void request_free(struct request *r);

/* A negative result of request_parse() in words. */
const char *request_strerror(ssize_t failure);

#endif
