/*
 * types: what a value can be. A row of the table is a type.
 *
 * A value is memory of its own, and only the functions of its row understand
 * it. They are never given a string that is stored inside its entry.
 */
#ifndef TYPES_H
#define TYPES_H

#include <stddef.h>
#include <stdint.h>

enum entry_type {
    ENTRY_STR = 1,
    ENTRY_ZSET = 2,
};

/* The work that a turn of the loop may spend on freeing one value. A unit is
 * about one piece of memory, or one kilobyte. What takes more is for the pool.
 */
enum { TYPES_LARGE = 1000 };

/* A string that is too long for its entry. */
struct str {
    size_t len;
    uint8_t bytes[];
};

struct value_type {
    const char *name; /* in the words of TYPE */
    void (*free)(void *value);
    size_t (*work)(const void *value); /* what freeing it costs */
    void *(*copy)(const void *value);  /* the caller owns it */
};

/* Returns the row of a type. */
const struct value_type *type_row(enum entry_type type);

#endif
