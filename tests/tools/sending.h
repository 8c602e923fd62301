/*
 * sending.h: how a script sends: in pieces, with pauses, or into a buffer, as
 * the words before it have said.
 */
#ifndef SENDING_H
#define SENDING_H

#include <stddef.h>

#include "script.h"

/* Sends the bytes on the current connection; within join { }, collects them.
 * Fails if nobody takes them. */
void put(struct talk *t, const void *data, size_t len);

/* The same, and frees them. */
void put_and_free(struct talk *t, struct bytes *b);

/* Sends the body of a message, behind its length, and frees it. */
void put_body(struct talk *t, struct bytes *body);

#endif
