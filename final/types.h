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

enum entry_type {
    ENTRY_STR = 1,
    ENTRY_ZSET = 2,
};

/* How much work a turn of the loop may spend on freeing one value: about as
 * many pieces of memory, or kilobytes. More is for the pool. */
enum { TYPES_LARGE = 1000 };

struct value_type {
    const char *name; /* in the words of TYPE */
    void (*free)(void *value);

    /* What freeing it costs. len: of a string. */
    size_t (*work)(const void *value, size_t len);

    /* Returns a copy, owned by the caller. */
    void *(*copy)(const void *value, size_t len);
};

const struct value_type *type_row(enum entry_type type);

#endif
