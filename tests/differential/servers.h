/*
 * servers: the servers that are compared, as the command line names them.
 */
#ifndef SERVERS_H
#define SERVERS_H

#include <stddef.h>
#include <stdint.h>

#include "../tools/address.h"

/* Reads an address; ends the program if it is none. */
void server_parse(struct address *server, const char *text);

/* Waits until it listens, 10 s at most; ends the program if it does not. */
void server_await(const struct address *server);

/* Returns a seed that is another one each time. */
uint64_t servers_new_seed(void);

/* Reads the words [-s SEED] [-n COUNT] SERVER SERVER, and waits until both listen; other words end
 * the program. Without -s the seed is a new one, without -n the count stays. */
void servers_read(int argc, char **argv, const char *usage, uint64_t *seed, size_t *count,
                  struct address servers[2]);

#endif
