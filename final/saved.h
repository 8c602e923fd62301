/*
 * saved: a request that is carried out later, with a copy of its arguments.
 */
#ifndef SAVED_H
#define SAVED_H

#include <stddef.h>

#include "command.h"
#include "slice.h"

struct saved {
    struct saved *next;
    const struct command *cmd;
    size_t nargs;
    struct slice args[]; /* their bytes follow in the same memory */
};

/* Copies the request of a call. Released by free(). */
struct saved *saved_new(const struct call *call, const struct command *cmd);

#endif
