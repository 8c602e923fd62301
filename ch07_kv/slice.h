/*
 * slice: bytes that belong to somebody else, as an address and a length.
 *
 * It is valid for as long as its owner leaves those bytes where they are.
 */
#ifndef SLICE_H
#define SLICE_H

#include <stddef.h>
#include <stdint.h>

struct slice {
    const uint8_t *data;
    size_t len;
};

#endif
