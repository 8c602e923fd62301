/*
 * types: what a value can be. A row of the table is a type.
 *
 * A value is memory of its own, which only the functions of its row
 * understand. For a string, which may stand in the entry's own memory, they
 * are asked only where it does not.
 */
#ifndef TYPES_H
#define TYPES_H

#include <stddef.h>
#include <stdint.h>

enum entry_type {
    ENTRY_STR = 1,
    ENTRY_ZSET = 2,
};

/* How much work a turn of the loop may spend on freeing one value: about as
 * many pieces of memory, or kilobytes. More is for the pool. */
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
    void *(*copy)(const void *value);  /* which is the caller's */
};

const struct value_type *type_row(enum entry_type type);

#endif
