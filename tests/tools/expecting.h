/*
 * expecting.h: how a script waits for bytes, for a reply or for the end, all on
 * the current connection. What does not come, or is not as expected, fails with
 * the likeliest reason.
 */
#ifndef EXPECTING_H
#define EXPECTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "script.h"

/* Expects exactly these bytes next. */
void expect_bytes(struct talk *t, const char *want, size_t len);

/* Waits for the first byte, and leaves it. */
void await_byte(struct talk *t);

/* Waits for one reply frame and returns the length of its body, which stays
 * unread at peer_data() + 4. */
uint32_t await_frame(struct talk *t);

/* Consumes that frame. */
void take_frame(struct talk *t, uint32_t len);

/* Expects one reply whose body is want, or other if that is not NULL. Frees
 * both. */
void expect_either(struct talk *t, struct bytes *want, struct bytes *other);
void expect_body(struct talk *t, struct bytes *want);

/* Expects the reply that something was stored. */
void expect_stored(struct talk *t);

/* Expects an error with this code, whatever its text is. */
void expect_error(struct talk *t, uint32_t code);

/* Is this an error that says that the reply, of that many bytes, would have
 * been too long? That is as good as the reply if messages must be short. */
bool is_too_long(const struct talk *t, size_t want, const char *got,
                 size_t len);

/* Shows a body for a report: its bytes, and what they mean. */
void show_body(const struct talk *t, const char *title, const char *body,
               size_t len);

/* Expects the end of the connection, with nothing unread before it. */
void expect_end(struct talk *t, const char *what);

/* Expects all that the server of ch03 says: "world", and the end. */
void expect_raw_reply(struct talk *t);

#endif
