/*
 * ops.h: what the load generator can ask.
 */
#ifndef BENCH_OPS_H
#define BENCH_OPS_H

#include <stddef.h>

enum {
    OP_MAY_MISS = 1, /* nil means that there is no such key */
    OP_IN_ORDER = 2, /* numbers are not drawn, but counted up */
};

struct op {
    const char *name;
    const char *resp;    /* words; each % word is put in, see request.c */
    const char *binary;  /* the same for the binary protocol; NULL: none */
    unsigned resp_kinds; /* the kinds of answers that are right, as bits */
    unsigned binary_kinds;
    unsigned flags;
};

/* Returns the op of that name, which may be followed by others, or NULL. */
const struct op *op_find(const char *name, size_t len);

/* Prints the names of all, for a usage line. */
void op_print_names(void);

#endif
