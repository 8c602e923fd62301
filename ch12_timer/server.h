/*
 * server: the state that lives as long as the program. There is one.
 */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <poll.h>

#include "conn.h"
#include "keyspace.h"
#include "list.h"

struct server {
    int listener;
    int stop_pipe[2];    /* a signal handler writes [1], poll() sees [0] */
    bool accept_failed;  /* the last accept() did; try again in a while */
    struct conn **conns; /* by descriptor; NULL if it has no connection */
    size_t conns_cap;    /* how many slots conns has */
    struct pollfd *polls; /* what poll() is asked, made anew in every turn */
    struct keyspace ks;
    uint64_t now_ms;  /* the time at which this turn began */
    struct list idle; /* all connections, see idle.h */
};

#endif
