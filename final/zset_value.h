/*
 * zset_value: what the commands for sorted sets have in common.
 *
 * Always true: between two commands no set in the keyspace is empty, for one
 * that has lost its last member is no value: its key goes.
 */
#ifndef ZSET_VALUE_H
#define ZSET_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "keyspace.h"
#include "zset.h"

/* To be called when a set has lost members: it may be empty. */
void zset_value_shrunk(struct call *call, struct entry *e);

/* Removes so many members from n on, backwards if side is 0. */
void zset_value_take(struct call *call, struct entry *e, struct znode *n,
                     int side, size_t count);

/* Makes the set, whose members it takes over, the value of args[1], whatever
 * that was before; and replies how many there are. */
void zset_value_store(struct call *call, struct zset *z);

/* Members in a reply: names; name, score, name, score; [name, score] ... */
enum zset_form { ZSET_NAMES, ZSET_FLAT, ZSET_PAIRS };

/* What WITHSCORES means to this client. */
enum zset_form zset_value_form(const struct call *call, bool with_scores);

/* One member; and an array of so many from n on, backwards if side is 0. */
void zset_reply_member(struct reply *r, const struct znode *n,
                       enum zset_form form);
void zset_reply(struct reply *r, struct znode *n, int side, size_t count,
                enum zset_form form);

#endif
