/*
 * resp: replies of both versions of the protocol, as they are in memory.
 */
#ifndef RESP_H
#define RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A value within a reply. */
struct value {
    char mark;        /* + - : $ * _ , # % ~ = ( > */
    bool null;        /* $-1, *-1 or _ */
    size_t size;      /* all of it, with everything inside */
    const char *text; /* of a scalar: without mark, length and line ends */
    size_t len;
    size_t count;       /* of an array: how many values are inside (of a map: twice its pairs) */
    const char *inside; /* where the first of them begins */
};

/* How many bytes the first reply takes; 0: it is not complete; -1: it is malformed. */
ssize_t resp_size(const char *data, size_t size);

/* Reads the value there, which must be complete. */
struct value resp_value(const char *data);

bool resp_is_array(const struct value *v);

#endif
