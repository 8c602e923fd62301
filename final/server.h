/*
 * server: the state that lives as long as the program. There is one.
 */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "conn.h"
#include "keyspace.h"
#include "list.h"
#include "poller.h"
#include "thread_pool.h"

enum { SERVER_DBS = 16, SERVER_LISTENERS = 16 };

/* The version of Redis that clients may take this server for. */
#define SERVER_REDIS_VERSION "7.0.15"

struct batch;

struct server {
    struct config config;
    int listeners[SERVER_LISTENERS];
    bool accept_failed[SERVER_LISTENERS]; /* left alone for now, see accept.c */
    size_t nlisteners;
    int stop_pipe[2];    /* a signal handler writes [1], poll() sees [0] */
    bool stopping;       /* as soon as replies that are due have been sent */
    uint64_t drain_ms;   /* until when that may take; 0: not stopping */
    struct conn **conns; /* by descriptor; NULL if it has no connection */
    size_t conns_cap;    /* how many slots conns has */
    size_t nconns;       /* how many connections there are */
    const struct poller_backend *backend;
    struct poller *poller;
    struct keyspace dbs[SERVER_DBS];
    uint64_t now_ms;  /* the time at which this turn began */
    struct list idle; /* all connections, see idle.h */
    struct list io;   /* those that owe or are owed bytes, see idle.h */
    struct list turn; /* those that may have requests, see batch.h */
    struct list done; /* those whose requests this turn has answered */
    struct batch *batch;
    struct list closed; /* connections whose sockets are still to be closed */
    struct heap timeouts; /* of blocked clients, see blocking.h */
    struct hmap awaited; /* keys that somebody wants to hear of, and */
    struct list came;    /* those of them that were added: see awaited.h */
    size_t nwaiting;  /* clients in a blocking command */
    struct thread_pool pool;
    uint64_t started_ms;
    uint64_t last_id;   /* of a client */
    uint64_t ncommands; /* since CONFIG RESETSTAT, as the next three */
    uint64_t naccepted;
    uint64_t nrejected;
    uint64_t nerrors; /* error replies */
};

#endif
