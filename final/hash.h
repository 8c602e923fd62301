/*
 * hash: a number made from bytes, such that different bytes rarely share one.
 */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>

#include "slice.h"

/* Picks a random seed. Must be called before the first hash_bytes(). Returns 0,
 * or -1 (errno tells why). */
int hash_seed(void);

uint64_t hash_bytes(struct slice bytes);

#endif
