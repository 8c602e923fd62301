/*
 * script: what several clients send at the same time, made up so that nobody's replies depend on
 * who comes first.
 *
 * Always true:
 * - a client uses only keys that begin with its own letter. Others touch them between two rounds;
 * - a key that a client blocks on appears once in its scripts, and is given members once.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "../tools/bytes.h"
#include "random.h"

enum { MOST_CLIENTS = 6, MOST_REQUESTS = 512 };

/* What is remembered of a client from one round to the next. */
struct client {
    char letter;
    bool multi;      /* a transaction may be open */
    bool password;   /* the servers want one: "secret" */
    bool trusted;    /* it has said it, or connected before there was one */
    size_t untold;   /* bytes of replies that it got without the password, at most */
    unsigned blocks; /* keys that it has blocked on so far */
};

/* What one client sends in one round. */
struct script {
    struct bytes bytes;
    size_t ends[MOST_REQUESTS]; /* of the requests, in bytes */
    size_t nrequests;
    size_t replies; /* to all of them; but see closes */
    size_t sure;    /* those before it may block until it is served */
    bool blocks;
    bool closes; /* the server will close the connection, at the latest within this script */
};

/* Makes up a script. What will serve the client when it blocks is added to serving: requests for
 * another client, each of which has one reply, counted in nserving. */
void script_make(struct script *s, struct random *r, struct client *c, struct bytes *serving,
                 size_t *nserving);

/* Adds requests that touch the keys of n clients, for a moment when all of them are quiet. Returns
 * how many. */
size_t script_meddle(struct bytes *to, struct random *r, size_t n);

void script_free(struct script *s);

#endif
