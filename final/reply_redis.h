/*
 * reply_redis: replies that Redis has and the book has not, in either protocol.
 *
 * On the binary protocol an ok or null is nil, a status a string, and a map
 * an array of keys and values.
 */
#ifndef REPLY_REDIS_H
#define REPLY_REDIS_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "reply.h"
#include "slice.h"

void reply_ok(struct reply *r);
void reply_status(struct reply *r, const char *text);
void reply_null_arr(struct reply *r);
void reply_map(struct reply *r, size_t npairs);
void reply_set(struct reply *r, size_t n);
void reply_map_end(struct reply *r, size_t at, size_t npairs);
void reply_text(struct reply *r, struct slice text); /* made for people */
void reply_cstr(struct reply *r, const char *str);
void reply_pair(struct reply *r, const char *name, const char *value);

/* Replies with a text made by text_add(), and frees it. */
void reply_buf(struct reply *r, struct buf *text);

/* Replies with an error in Redis's words, which begin with a code. Returns
 * false, as all errors here do, so that a parser can return it. */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
bool reply_error(struct reply *r, const char *format, ...);

/* Errors that many commands have. */
bool reply_not_int(struct reply *r);
bool reply_not_float(struct reply *r);
bool reply_syntax_error(struct reply *r);

/* Errors that the chapters' commands have. The book gives each a code and a
 * text, Redis a text of its own: the client's protocol decides. */
enum book_error {
    BOOK_NO_COMMAND,
    BOOK_NO_SUBJECT, /* inspect has none of that name */
    BOOK_NOT_STR,
    BOOK_SET_NOT_STR, /* set would replace a value that is not a string */
    BOOK_NOT_ZSET,
    BOOK_NOT_FLOAT, /* zadd's */
    BOOK_NOT_FP,    /* zquery's */
    BOOK_NOT_INT,
    BOOK_NOT_INT64,
};

bool reply_book_error(struct reply *r, enum book_error error);

#endif
