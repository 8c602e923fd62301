/*
 * reply_redis: replies that Redis has and the book has not.
 */
#ifndef REPLY_REDIS_H
#define REPLY_REDIS_H

#include <stddef.h>

#include "reply.h"
#include "slice.h"

/* What RESP has more of. On the binary protocol an ok or null is nil, a
 * status a string, and a map an array of keys and values. */
void reply_ok(struct reply *r);
void reply_status(struct reply *r, const char *text);
void reply_null_arr(struct reply *r);
void reply_map(struct reply *r, size_t npairs);
void reply_text(struct reply *r, struct slice text); /* made for people */
void reply_cstr(struct reply *r, const char *str);

/* An error in the words of Redis: its first word is a code. */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void reply_error(struct reply *r, const char *format, ...);

/* Errors that many commands have. */
void reply_wrong_type(struct reply *r);
void reply_not_int(struct reply *r);
void reply_not_float(struct reply *r);
void reply_syntax_error(struct reply *r);

#endif
