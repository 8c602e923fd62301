/*
 * connections.h: the connections of a script, by their names. The nameless one
 * is opened by the first word that needs it.
 */
#ifndef CONNECTIONS_H
#define CONNECTIONS_H

#include <stdbool.h>

#include "script.h"

/* Returns the connection that words work on, and opens it first if need be. */
struct peer *current(struct talk *t);

/* Makes that one current; opens it if it is new. */
void switch_to(struct talk *t, const char *name);

/* The server of ch03 answers once per connection: if the current one has ended
 * there, opens another one in its place. */
void fresh_if_raw(struct talk *t);

/* Closes the current connection, or resets it. Then none is current. */
void forget_current(struct talk *t, bool reset);

#endif
