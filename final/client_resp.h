/*
 * client_resp: the client's side of RESP: sends a request, prints the reply.
 */
#ifndef CLIENT_RESP_H
#define CLIENT_RESP_H

#include <stdbool.h>
#include <stdio.h>

#include "request.h"

/* Returns the exit status that the reply means, or -1 where there was none;
 * SHUTDOWN is well answered by the connection's end.
 * pretty: types and quotes, as for people, rather than the bare values. */
int resp_ask(int fd, const struct request *r, bool pretty, FILE *out);

#endif
