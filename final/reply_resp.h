/*
 * reply_resp: values in RESP, the protocol of Redis: lines of text.
 *
 *     +OK\r\n      -ERR text\r\n      :12\r\n      $3\r\nabc\r\n      *2\r\n...
 *
 * RESP3 adds types of its own for null, doubles, maps and text; a client that
 * has not asked for it (HELLO 3) gets what RESP2 has in their place.
 *
 * Used by reply.c only, for clients that do not speak binary.
 */
#ifndef REPLY_RESP_H
#define REPLY_RESP_H

#include <stddef.h>
#include <stdint.h>

#include "reply.h"
#include "slice.h"

void resp_line(struct reply *r, char mark, const char *text);
void resp_number(struct reply *r, char mark, int64_t value);
void resp_str(struct reply *r, char mark, struct slice str);
void resp_nil(struct reply *r);
void resp_dbl(struct reply *r, double value);
void resp_verbatim(struct reply *r, struct slice text);

/* An error. Those that the chapters' commands have are said in Redis' words. */
void resp_error(struct reply *r, const char *text);

/* Makes the values from at on an array of n. */
void resp_insert_arr(struct reply *r, size_t at, size_t n);

#endif
