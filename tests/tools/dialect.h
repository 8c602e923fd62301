/*
 * dialect.h: how each chapter's server says the same thing.
 *
 *   raw     ch03    no frames: "hello" in, "world" out, end of connection
 *   world   ch04    u32 length + bytes in, "world" in a frame out
 *   echo    ch06    the same frame comes back
 *   status  ch07    a list of strings in; u32 status + data out
 *   tlv     ch08..  a list of strings in; one tagged value out
 *
 * tlv-older is tlv as in the book's older edition: the tag of an array is 4,
 * and so that of a double is 5.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bytes.h"

enum dialect { RAW, WORLD, ECHO_BACK, STATUS, TLV };

/* The tags of tlv that are the same in both editions */
enum { TAG_NIL, TAG_ERR, TAG_STR, TAG_INT };

/* Returns the dialect of that name, and from then on tlv has the tags of the
 * edition. Another name ends the program. */
enum dialect dialect_named(const char *name);

/* Are keys and values spoken of? */
bool is_kv(enum dialect d);

/* ---- the values of tlv ---- */

void put_nil(struct bytes *to);
void put_err(struct bytes *to, uint32_t code, const struct bytes *text);
void put_int(struct bytes *to, int64_t n);
void put_dbl(struct bytes *to, double d);

/* Adds the head of an array; its `count` values have to follow. */
void put_arr(struct bytes *to, uint32_t count);

/* Is that the tag of an array? */
bool is_arr(char tag);

/* ---- the bodies of replies that both kv dialects have ---- */

/* a value; that there is none; that it was stored; how many were deleted */
void put_value(struct bytes *to, enum dialect d, const struct bytes *value);
void put_missing(struct bytes *to, enum dialect d);
void put_stored(struct bytes *to, enum dialect d);
void put_deleted(struct bytes *to, enum dialect d, int64_t count);

/* Is the body an error with this code? Its text is for people. */
bool is_error(enum dialect d, const char *body, size_t len, uint32_t code);

/* Prints a reply's body for people, as the client of the dialect would. */
void print_reply(FILE *to, enum dialect d, const char *body, size_t len);

#endif
