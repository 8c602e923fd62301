/*
 * Commands for keys whose value is a sorted set.
 */
#include <math.h>
#include <stdlib.h>

#include "args.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "mem.h"
#include "number.h"
#include "reply.h"
#include "zset.h"
#include "zset_value.h"

/* Stores the set that args[1] names in *z, or NULL if there is no such key. If
 * the key holds something else, replies with an error and returns false. */
static bool find_zset(struct call *call, struct zset **z)
{
    struct entry *e;

    *z = NULL;
    if (!arg_zset(call, 1, &e))
        return false;
    if (e)
        *z = entry_zset(e);
    return true;
}

/* The options of zadd: a bit for each; another is INCR, see how.h. And one
 * that tells whether a score may be -0: the book keeps it, Redis does not. */
enum { NX = 1, XX = 2, GT = 4, LT = 8, CH = 16, MINUS_0 = 64 };

/* Adds options to *flags. Returns where the pairs begin; or 0, with an error
 * as the reply. */
static size_t parse_options(struct call *call, int *flags)
{
    static const char *const options[] = {"nx", "xx",   "gt", "lt",
                                          "ch", "incr", NULL};
    static const int bits[] = {NX, XX, GT, LT, CH, INCR}; /* of options[k] */
    const char *error = NULL;
    size_t i = 2;

    for (int k; (k = arg_choice(call, i, options)) >= 0; i++)
        *flags |= bits[k];
    if (i == call->nargs || (call->nargs - i) % 2 == 1)
        error = "ERR syntax error";
    else if (*flags & NX && *flags & XX)
        error = "ERR XX and NX options at the same time are not compatible";
    else if (!!(*flags & GT) + !!(*flags & LT) + !!(*flags & NX) > 1)
        error = "ERR GT, LT, and/or NX options at the same time are not "
                "compatible";
    else if (*flags & INCR && call->nargs - i > 2)
        error = "ERR INCR option supports a single increment-element pair";
    if (error)
        reply_error(&call->reply, "%s", error);
    return error ? 0 : i;
}

/* The scores of the pairs from args[i] on, or NULL, with an error as the
 * reply: then no member is added at all. The book is less strict. */
static double *parse_scores(struct call *call, size_t i)
{
    bool strict = call->reply.proto != PROTO_BINARY;
    double *scores = mem_alloc((call->nargs - i) / 2 * sizeof *scores);

    for (size_t n = 0; i < call->nargs; i += 2, n++) {
        if (!(strict ? number_strict_double(call->args[i], &scores[n])
                     : number_double(call->args[i], &scores[n]))) {
            reply_book_error(&call->reply, BOOK_NOT_FLOAT);
            free(scores);
            return NULL;
        }
    }
    return scores;
}

enum outcome { SKIPPED, SAME, ADDED, CHANGED, NOT_A_NUMBER, NOUTCOMES };

/* Adds a member or changes its score, as far as the flags let it. *score is
 * what the member has afterwards, but for the sign of 0. */
static enum outcome add_member(struct zset *z, struct slice name, double *score,
                               int flags)
{
    struct znode *n = zset_find(z, name);

    if (n ? flags & NX : flags & XX)
        return SKIPPED;
    if (n && flags & INCR)
        *score += n->score;
    if (isnan(*score))
        return NOT_A_NUMBER;
    if (n && ((flags & GT && *score <= n->score) ||
              (flags & LT && *score >= n->score)))
        return SKIPPED;
    if (n && n->score == *score)
        return SAME;
    double kept = flags & MINUS_0 ? *score : *score + 0.0;
    if (n)
        zset_move(z, n, kept);
    else
        zset_insert(z, name, kept);
    return n ? CHANGED : ADDED;
}

/* Adds the pairs from args[i] on. Replies the last score, or how many members
 * are new (or changed, if that is asked for). */
static void add_pairs(struct call *call, struct entry *e, size_t i,
                      const double *scores, int flags)
{
    size_t n[NOUTCOMES] = {0};
    enum outcome last = SKIPPED;
    double score = 0;

    for (; e && i < call->nargs; i += 2) {
        score = *scores++;
        last = add_member(entry_zset(e), call->args[i + 1], &score, flags);
        n[last]++;
    }
    if (n[ADDED] + n[CHANGED] > 0)
        keyspace_touched(call->ks, e);
    if (last == NOT_A_NUMBER)
        reply_error(&call->reply, "ERR resulting score is not a number (NaN)");
    else if (flags & INCR && last == SKIPPED)
        reply_nil(&call->reply);
    else if (flags & INCR)
        reply_dbl(&call->reply, score);
    else
        reply_int(&call->reply,
                  (int64_t)(n[ADDED] + (flags & CH ? n[CHANGED] : 0)));
}

/* zadd key [nx|xx] [gt|lt] [ch] [incr] score name ...;
 * zincrby key score name */
void cmd_zadd(struct call *call)
{
    int flags =
        call->cmd->how | (call->reply.proto == PROTO_BINARY ? MINUS_0 : 0);
    size_t i = parse_options(call, &flags);
    double *scores = i > 0 ? parse_scores(call, i) : NULL;
    struct entry *e;

    if (scores && arg_zset(call, 1, &e)) {
        if (!e && !(flags & XX))
            e = keyspace_add_zset(call->ks, call->args[1]);
        add_pairs(call, e, i, scores, flags);
    }
    free(scores);
}

/* zrem key name ... */
void cmd_zrem(struct call *call)
{
    struct entry *e;
    int64_t removed = 0;

    if (!arg_zset(call, 1, &e))
        return;
    for (size_t i = 2; e && i < call->nargs; i++) {
        struct znode *n = zset_find(entry_zset(e), call->args[i]);
        removed += n != NULL;
        if (n)
            zset_remove(entry_zset(e), n);
    }
    if (removed > 0)
        zset_value_shrunk(call, e);
    reply_int(&call->reply, removed);
}

/* zcard key */
void cmd_zcard(struct call *call)
{
    struct zset *z;

    if (find_zset(call, &z))
        reply_int(&call->reply, z ? (int64_t)zset_size(z) : 0);
}

static void reply_score(struct call *call, struct zset *z, struct slice name)
{
    const struct znode *n = z ? zset_find(z, name) : NULL;

    if (n)
        reply_dbl(&call->reply, n->score);
    else
        reply_nil(&call->reply);
}

/* zscore key name */
void cmd_zscore(struct call *call)
{
    struct zset *z;

    if (find_zset(call, &z))
        reply_score(call, z, call->args[2]);
}

/* zmscore key name ... */
void cmd_zmscore(struct call *call)
{
    struct zset *z;

    if (!find_zset(call, &z))
        return;
    reply_arr(&call->reply, call->nargs - 2);
    for (size_t i = 2; i < call->nargs; i++)
        reply_score(call, z, call->args[i]);
}

/* zrank key name, zrevrank key name */
void cmd_zrank(struct call *call)
{
    bool reverse = call->cmd->how & REVERSE;
    struct zset *z;

    if (!find_zset(call, &z))
        return;
    const struct znode *n = z ? zset_find(z, call->args[2]) : NULL;
    if (!n)
        reply_nil(&call->reply);
    else if (reverse)
        reply_int(&call->reply, (int64_t)(zset_size(z) - 1 - znode_rank(n)));
    else
        reply_int(&call->reply, (int64_t)znode_rank(n));
}

/* Replies with names and scores, from n on. limit counts both. */
static void reply_members(struct reply *r, struct znode *n, int64_t limit)
{
    size_t at = reply_arr_begin(r);
    int64_t replied = 0;

    while (n && replied < limit && !r->too_big) {
        reply_str(r, znode_name(n));
        reply_dbl(r, n->score);
        replied += 2;
        n = znode_next(n, 1);
    }
    reply_arr_end(r, at, (size_t)replied);
}

/* zquery key score name offset limit */
void cmd_zquery(struct call *call)
{
    double score;
    int64_t offset;
    int64_t limit;
    struct zset *z;

    if (!number_double(call->args[2], &score)) {
        reply_book_error(&call->reply, BOOK_NOT_FP);
        return;
    }
    if (!number_int(call->args[4], &offset) ||
        !number_int(call->args[5], &limit)) {
        reply_book_error(&call->reply, BOOK_NOT_INT);
        return;
    }
    if (!find_zset(call, &z))
        return;
    struct znode *n = z ? zset_seek(z, score, call->args[3]) : NULL;
    if (n)
        n = znode_offset(n, offset);
    reply_members(&call->reply, n, limit);
}
