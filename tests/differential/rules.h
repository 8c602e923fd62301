/*
 * rules: when two replies to the same command are as good as equal.
 *
 * Equal bytes are always good. One table says what else is allowed, and what is not asked at all,
 * with the reason for each row.
 */
#ifndef RULES_H
#define RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"

/* May it be sent at all? */
bool rules_allow(const struct command *c);

/* Do the complete replies a and b agree? For EXEC: queued are the commands that it carries out. */
bool rules_agree(const struct command *c, struct command *const *queued, size_t nqueued,
                 const char *a, const char *b);

#endif
