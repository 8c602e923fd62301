/*
 * cursor: takes values off the front of received bytes, and never looks
 * beyond their end. Each function returns false where there are too few.
 *
 * A length that a client made up is compared with "left", never added to a
 * pointer: it may not fit behind any pointer.
 */
#ifndef CURSOR_H
#define CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct cursor {
    const uint8_t *at;
    size_t left;
};

bool cursor_u8(struct cursor *cur, uint8_t *value);
bool cursor_u32(struct cursor *cur, uint32_t *value);
bool cursor_u64(struct cursor *cur, uint64_t *value);

/* A u32 and as many bytes; they stay where they are. */
bool cursor_string(struct cursor *cur, struct slice *str);

#endif
