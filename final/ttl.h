/*
 * ttl: time limits as arguments of commands.
 */
#ifndef TTL_H
#define TTL_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"

/* Reads args[i] as a time from now or, if absolute, since 1970, in units of
 * so many ms; a time that is past is 0. Where it is none it replies why and
 * returns false. positive: must it be above zero? */
bool ttl_parse(struct call *call, size_t i, int64_t unit_ms, bool absolute,
               bool positive, uint64_t *at);

/* A whole command: args[1] is a key, args[2] such a time, then conditions. */
void ttl_expire(struct call *call, int64_t unit_ms, bool absolute);

/* A whole command: replies when the time of the key args[1] is up, from a
 * moment on, in units of so many ms; -1 if never, -2 if there is no key. */
void ttl_reply(struct call *call, int64_t from_ms, int64_t unit_ms);

#endif
