/*
 * A piece is sent to its end before the next one begins, so each is a write()
 * of its own, if the connection has room for it.
 */
#include "sending.h"

#include <stdlib.h>

#include "clock.h"
#include "connections.h"
#include "die.h"
#include "wire.h"

enum { STUCK_MS = 200 };

/* The length of the next piece of *split, which moves on; 0 when it is done. */
static size_t next_piece(const char **split)
{
    char *end;
    if (!*split || !**split) {
        return 0;
    }
    size_t n = strtoull(*split, &end, 10);
    if (n == 0 || (*end && *end != ',' && *end != '*')) {
        wrong("split wants lengths like 1,3 or 1*, not %s", *split);
    }
    if (*end != '*') {
        *split = *end ? end + 1 : end;
    }
    return n;
}

/* Sending gives up if nothing moves for this long. If many messages stand for
 * one, they may get stuck because nobody reads: the rest goes out later. */
static bool may_get_stuck(const struct talk *t, const struct peer *p)
{
    return t->most < SIZE_MAX && !p->reading;
}

static void put_piece(struct talk *t, struct peer *p, const char *at, size_t n)
{
    bool may = may_get_stuck(t, p);
    bytes_add(&p->out, at, n);
    if (!peer_flush(p, may ? STUCK_MS : t->timeout) && !may) {
        fail(t, "nobody takes the bytes: sending made no progress for %zu ms",
             t->timeout);
    }
}

void put(struct talk *t, const void *data, size_t len)
{
    if (t->join) {
        bytes_add(t->join, data, len);
        return;
    }
    struct peer *p = current(t);
    const char *at = data;
    const char *split = t->split;
    t->split = NULL;
    if (t->keep_back) {
        size_t n = t->keep_back < len ? t->keep_back : len;
        bytes_add(&t->kept, at + len - n, n);
        t->keep_back = 0;
        len -= n;
    }
    while (len > 0) {
        size_t n = next_piece(&split);
        n = n == 0 || n > len ? len : n;
        put_piece(t, p, at, n);
        at += n;
        len -= n;
        if (len > 0) {
            pause_ms(t->pace);
        }
    }
}

void put_and_free(struct talk *t, struct bytes *b)
{
    put(t, b->at, b->len);
    bytes_free(b);
}

void put_body(struct talk *t, struct bytes *body)
{
    struct bytes frame = {0};
    put_frame(&frame, body);
    bytes_free(body);
    put_and_free(t, &frame);
}
