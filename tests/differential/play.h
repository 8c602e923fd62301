/*
 * play: has both servers carry out the same commands, and compares what they reply.
 *
 * Each sequence begins with new connections and empty databases. The clients take turns: what one
 * sends in a row goes out in one piece, and the next one begins when all replies have arrived.
 */
#ifndef PLAY_H
#define PLAY_H

#include "command.h"
#include "asker.h"

struct play {
    struct address servers[2];
    int version;        /* of RESP: 2 or 3 */
    const char *ignore; /* a reply that has this text is never a difference; NULL: none */
    struct asker askers[2][CLIENTS];
};

/* Where the servers disagree. */
struct difference {
    size_t at;               /* index of the command */
    struct bytes replies[2]; /* empty: the connection has ended, or no reply came */
};

enum outcome { SAME, DIFFERENT, IGNORED, BROKEN };

/* SAME; DIFFERENT, with d filled in; IGNORED: a reply had the text to be ignored, and nothing after
 * it was tried; BROKEN: a server cannot be reached. */
enum outcome play_run(struct play *p, struct command *const *list, size_t n,
                      struct difference *d);

void difference_free(struct difference *d);

void play_close(struct play *p);

#endif
