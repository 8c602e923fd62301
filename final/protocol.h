/*
 * protocol: two protocols on one port, told apart by four bytes.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "conn.h"
#include "server.h"

/* Looks for a request in what c has sent, behind the first from bytes, in its
 * protocol, and stores it in p->request. Returns how many bytes it takes; or 0
 * when some are still to come: p says how far it got, for the next call; or
 * less, with *error saying what is wrong. */
ssize_t protocol_parse(const struct server *s, struct conn *c, size_t from,
                       struct partial *p, const char **error);

/* Is the request that begins there a line, which parsing changes? */
bool protocol_is_typed(const struct conn *c, size_t from);

#endif
