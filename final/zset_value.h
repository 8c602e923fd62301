/*
 * zset_value: what the commands for sorted sets have in common.
 *
 * Always true: between two commands no set in the keyspace is empty. When a
 * set loses its last member, its key is removed.
 */
#ifndef ZSET_VALUE_H
#define ZSET_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "keyspace.h"
#include "zset.h"

/* Must be called when a set has lost members: removes its key if it is empty,
 * and otherwise reports the change. */
void zset_value_shrunk(struct call *call, struct entry *e);

/* Removes count members from n on, backwards if side is 0. */
void zset_value_take(struct call *call, struct entry *e, struct znode *n,
                     int side, size_t count);

/* Makes the set the value of args[1], whatever that was before, and replies
 * with its size. Takes the members over: the caller must not clear z. */
void zset_value_store(struct call *call, struct zset *z);

/* Members in a reply: names; name, score, name, score; [name, score] ... */
enum zset_form { ZSET_NAMES, ZSET_FLAT, ZSET_PAIRS };

/* Returns what WITHSCORES means for this client. */
enum zset_form zset_value_form(const struct call *call, bool with_scores);

/* Reply with one member, or with an array of count members from n on,
 * backwards if side is 0. */
void zset_reply_member(struct reply *r, const struct znode *n,
                       enum zset_form form);
void zset_reply(struct reply *r, struct znode *n, int side, size_t count,
                enum zset_form form);

#endif
