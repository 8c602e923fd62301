/*
 * client_resp: the client's side of RESP: sends a request, prints the reply.
 */
#ifndef CLIENT_RESP_H
#define CLIENT_RESP_H

#include <stdbool.h>
#include <stdio.h>

#include "request.h"

/* Sends a request, and prints the reply. Returns the exit status that it means,
 * or -1 if there was none. For SHUTDOWN the end of the connection will do.
 * pretty: with types and quotes, for people, not the bare values. */
int resp_ask(int fd, const struct request *r, bool pretty, FILE *out);

#endif
