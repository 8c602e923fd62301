/*
 * reply_resp: values in RESP, the protocol of Redis: lines of text.
 *
 *     +OK\r\n      -ERR text\r\n      :12\r\n      $3\r\nabc\r\n      *2\r\n...
 *
 * RESP3 adds types of its own for null, doubles, maps and text; a client that
 * has not asked for it (HELLO 3) gets what RESP2 has in their place.
 */
#ifndef REPLY_RESP_H
#define REPLY_RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reply.h"
#include "slice.h"

/* What Redis replies and the book does not. On the binary protocol an ok or
 * null is nil, a status a string, and a map an array of keys and values. */
void reply_ok(struct reply *r);
void reply_status(struct reply *r, const char *text);
void reply_null_arr(struct reply *r);
void reply_map(struct reply *r, size_t npairs);
void reply_set(struct reply *r, size_t n);
void reply_map_end(struct reply *r, size_t at, size_t npairs);
void reply_text(struct reply *r, struct slice text); /* made for people */
void reply_cstr(struct reply *r, const char *str);
void reply_pair(struct reply *r, const char *name, const char *value);

/* An error in the words of Redis: its first word is a code. As all errors
 * here it returns false, for those who return whether they succeeded. */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
bool reply_error(struct reply *r, const char *format, ...);

/* Errors that many commands have. */
bool reply_not_int(struct reply *r);
bool reply_not_float(struct reply *r);
bool reply_syntax_error(struct reply *r);

/* A text made with text_add(), which this frees. */
void reply_buf(struct reply *r, struct buf *text);

/* For reply.c, where the client does not speak binary. An error that the
 * chapters' commands have is said in Redis' words. */
void resp_raw(struct reply *r, const void *data, size_t n);
void resp_number(struct reply *r, char mark, int64_t value);
void resp_str(struct reply *r, struct slice str);
void resp_nil(struct reply *r);
void resp_dbl(struct reply *r, double value);
void resp_error(struct reply *r, const char *text);

/* Makes the values from at on what the mark says, with n elements. */
void resp_insert(struct reply *r, size_t at, char mark, size_t n);

#endif
