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

/* Parses the request that begins `from` bytes into c's input, in c's protocol,
 * and stores it in p->request. Returns how many bytes it takes; or 0 if it is
 * not complete: p says how far the parser got, for the next call; or a negative
 * number, with *error saying what is wrong. */
ssize_t protocol_parse(const struct server *s, struct conn *c, size_t from,
                       struct partial *p, const char **error);

/* Returns whether the request that begins there is a typed line, which parsing
 * decodes in place. */
bool protocol_is_typed(const struct conn *c, size_t from);

#endif
