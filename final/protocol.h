/*
 * protocol: two protocols on one port, told apart by four bytes.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <sys/types.h>

#include "conn.h"
#include "server.h"

/* Looks for a request at the front of what c has sent, in its protocol, and
 * stores it in c->request. Returns how many bytes it takes; or 0 when some
 * are still to come; or less, with *error saying what is wrong. */
ssize_t protocol_parse(const struct server *s, struct conn *c,
                       const char **error);

#endif
