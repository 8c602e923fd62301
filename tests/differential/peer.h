/*
 * peer: a connection to a server.
 *
 * Always true: while sending waits for the server to read, it reads the server's replies.
 */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"

struct peer {
    int fd;          /* -1: not connected */
    struct bytes in; /* what came and was not taken yet */
    struct bytes out;
    size_t replies;  /* complete ones in "in" ... */
    size_t parsed;   /* ... which take this many bytes */
    size_t wanted;   /* replies to wait for: peers_await() */
    bool ended;      /* the server has closed, or sent something malformed */
};

struct address {
    const char *text; /* host:port or the path of a socket, as it was given */
    char host[64];    /* "": it is a path */
    char port[8];
};

/* Takes host:port apart; ends the program if it is not that. */
void address_parse(struct address *a, const char *text);

/* Connects; false if it cannot. */
bool peer_open(struct peer *p, const struct address *a);

/* Waits until a server listens, 10 s at most; ends the program if it does not. */
void address_await(const struct address *a);

/* Reads the words [-s SEED] [-n COUNT] SERVER SERVER, and waits until both listen; other words end
 * the program. Without -s the seed is a new one, without -n the count stays. */
void address_options(int argc, char **argv, const char *usage, uint64_t *seed, size_t *count,
                     struct address servers[2]);

void peer_close(struct peer *p);

/* Sends out and reads until each of the n peers has as many replies as it wants, or has ended.
 * False when nothing has moved for that many ms. */
bool peers_await(struct peer *const *peers, size_t n, int patience_ms);

/* The same, where all want as many. */
bool peers_exchange(struct peer *const *peers, size_t n, size_t wanted, int patience_ms);

/* Forgets the replies that have been read. */
void peer_forget(struct peer *p);

uint64_t now_ms(void);

#endif
