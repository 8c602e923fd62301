/*
 * string_value: what the commands for strings have in common.
 */
#ifndef STRING_VALUE_H
#define STRING_VALUE_H

#include <stdbool.h>

#include "command.h"
#include "keyspace.h"

/* The entry of args[i], in *e, or NULL there where there is no such key.
 * Returns false, with an error as the reply, where it is no string. */
bool string_find(struct call *call, size_t i, struct entry **e);

/* Replies the value, or nil for NULL. */
void string_reply(struct call *call, const struct entry *e);

#endif
