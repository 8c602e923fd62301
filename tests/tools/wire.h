/*
 * wire.h: the binary protocol's bytes, as far as all chapters agree on them:
 * numbers, whose lowest byte comes first, and what has its length before it.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* Read the 4 or 8 bytes there. */
uint32_t u32_at(const char *data);
uint64_t u64_at(const char *data);

void put_u32(struct bytes *to, uint32_t n);
void put_u64(struct bytes *to, uint64_t n);

/* Adds the length as u32, and then the bytes. */
void put_string(struct bytes *to, const void *data, size_t len);

/* The same for a text of C, and for a whole message. */
void put_text(struct bytes *to, const char *text);
void put_frame(struct bytes *to, const struct bytes *body);

#endif
