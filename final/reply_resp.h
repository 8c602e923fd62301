/*
 * reply_resp: values in RESP, the protocol of Redis: lines of text.
 *
 *     +OK\r\n      -ERR text\r\n      :12\r\n      $3\r\nabc\r\n      *2\r\n...
 *
 * RESP3 adds types of its own for null, doubles, maps and text; a client that
 * has not asked for it (HELLO 3) gets what RESP2 has in their place.
 *
 * For reply.c and reply_redis.c, where the client does not speak binary.
 */
#ifndef REPLY_RESP_H
#define REPLY_RESP_H

#include <stddef.h>
#include <stdint.h>

#include "reply_out.h"
#include "slice.h"

void resp_raw(struct reply *r, const void *data, size_t n);
void resp_number(struct reply *r, char mark, int64_t value);
void resp_str(struct reply *r, struct slice str);
void resp_text(struct reply *r, struct slice text);
void resp_nil(struct reply *r);
void resp_dbl(struct reply *r, double value);
void resp_status(struct reply *r, const char *text);
void resp_error(struct reply *r, const char *text);

/* Puts a header before the values from at on: the mark, and n elements. */
void resp_insert(struct reply *r, size_t at, char mark, size_t n);

#endif
