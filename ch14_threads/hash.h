/*
 * hash: a number made from bytes, such that different bytes rarely share one.
 */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>

#include "slice.h"

uint64_t hash_bytes(struct slice bytes);

#endif
