/*
 * Commands that make one sorted set of several: union, intersection and
 * difference. A union adds all members of all sets; the two others only look at
 * the members of the first, and ask the others for each by name.
 * LIMIT: however large the sets are, everybody waits.
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

enum aggregate { SUM, MIN, MAX };

struct source {
    struct zset *z; /* NULL: no such key */
    double weight;
    size_t index; /* which of the keys it is */
};

struct math {
    int op; /* UNION, INTER or DIFF */
    bool store;
    bool count; /* only how many there are */
    bool with_scores;
    enum aggregate aggregate;
    int64_t limit; /* 0: none */
    size_t nsources;
    struct source *sources;
};

static size_t size_of(const struct source *s)
{
    return s->z ? zset_size(s->z) : 0;
}

/* For qsort(): by size, and if that is the same, in their order: rounded sums
 * depend on it. */
static int by_size(const void *one, const void *other)
{
    const struct source *a = one;
    const struct source *b = other;

    if (size_of(a) != size_of(b))
        return size_of(a) < size_of(b) ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* Reads a number of keys at args[i], and finds the keys behind it. */
static bool parse_sources(struct call *call, size_t i, struct math *m)
{
    struct entry *e;
    int64_t n;

    if (!arg_int(call, i, &n))
        return false;
    if (n < 1)
        return reply_error(&call->reply,
                           "ERR at least 1 input key is needed for '%s' "
                           "command",
                           call->cmd->name);
    if ((uint64_t)n > call->nargs - i - 1)
        return reply_syntax_error(&call->reply);
    m->nsources = (size_t)n;
    m->sources = mem_alloc(m->nsources * sizeof m->sources[0]);
    for (size_t k = 0; k < m->nsources; k++) {
        if (!arg_zset(call, i + 1 + k, &e))
            return false;
        m->sources[k] = (struct source){
            .z = e ? entry_zset(e) : NULL, .weight = 1, .index = k};
    }
    return true;
}

static bool parse_weights(struct call *call, size_t i, struct math *m)
{
    for (size_t k = 0; k < m->nsources; k++) {
        if (!number_strict_double(call->args[i + k], &m->sources[k].weight))
            return reply_error(&call->reply, "ERR weight value is not a float");
    }
    return true;
}

static bool parse_aggregate(struct call *call, size_t i, struct math *m)
{
    static const char *const names[] = {"sum", "min", "max", NULL};
    int k = arg_choice(call, i, names);

    m->aggregate = k < 0 ? SUM : (enum aggregate)k;
    return k >= 0 || reply_syntax_error(&call->reply);
}

/* Reads the options from args[i] on. */
static bool parse_options(struct call *call, size_t i, struct math *m)
{
    bool weighs = m->op != DIFF && !m->count;
    bool ok = true;

    while (ok && i < call->nargs) {
        size_t left = call->nargs - i - 1;
        if (weighs && left >= m->nsources && arg_is(call, i, "weights")) {
            ok = parse_weights(call, i + 1, m);
            i += 1 + m->nsources;
        } else if (weighs && left >= 1 && arg_is(call, i, "aggregate")) {
            ok = parse_aggregate(call, i + 1, m);
            i += 2;
        } else if (m->count && left >= 1 && arg_is(call, i, "limit")) {
            ok = arg_int_from(call, i + 1, 0, "ERR LIMIT can't be negative",
                              &m->limit);
            i += 2;
        } else if (!m->store && !m->count && arg_is(call, i, "withscores")) {
            m->with_scores = true;
            i++;
        } else {
            ok = reply_syntax_error(&call->reply);
        }
    }
    return ok;
}

/* Infinities can make a sum or product that is not a number: it is 0 then. */
static double number_or_0(double value)
{
    return isnan(value) ? 0 : value;
}

static double aggregate(const struct math *m, double a, double b)
{
    if (m->aggregate == SUM)
        return number_or_0(a + b);
    if (m->aggregate == MIN)
        return b < a ? b : a;
    return b > a ? b : a;
}

/* Adds a member to the result, or its score to that of the same name. */
static void add_score(const struct math *m, struct zset *result,
                      struct slice name, double score)
{
    struct znode *same = zset_find(result, name);

    if (same)
        score = aggregate(m, same->score, score);
    if (m->store)
        score += 0.0; /* no -0 is stored */
    if (same && same->score == score)
        same->score = score; /* -0 and 0 are the same to zset_add() */
    else
        zset_add(result, name, score);
}

/* For a union: adds all members of one source. */
static void add_source(const struct math *m, struct zset *result,
                       const struct source *s)
{
    struct znode *n = s->z ? zset_at(s->z, 0) : NULL;

    for (; n; n = znode_next(n, 1))
        add_score(m, result, znode_name(n), number_or_0(s->weight * n->score));
}

/* Is a member of the first source in the result? Then *score is its score. */
static bool belongs(const struct math *m, const struct znode *n, double *score)
{
    *score = number_or_0(m->sources[0].weight * n->score);
    for (size_t k = 1; k < m->nsources; k++) {
        const struct source *s = &m->sources[k];
        const struct znode *other =
            s->z ? zset_find(s->z, znode_name(n)) : NULL;
        if ((other != NULL) == (m->op == DIFF))
            return false;
        if (other)
            *score = aggregate(m, *score, s->weight * other->score);
    }
    return true;
}

/* Adds to the result what the first source has and the operation leaves, or
 * only counts it. */
static int64_t filter_first(const struct math *m, struct zset *result)
{
    struct znode *n = m->sources[0].z ? zset_at(m->sources[0].z, 0) : NULL;
    int64_t count = 0;
    double score;

    for (; n; n = znode_next(n, 1)) {
        if (!belongs(m, n, &score))
            continue;
        if (!m->count)
            add_score(m, result, znode_name(n), score);
        if (++count == m->limit)
            break;
    }
    return count;
}

static void reply_result(struct call *call, const struct math *m)
{
    struct zset result = {0};
    int64_t count = 0;

    for (size_t k = 0; m->op == UNION && k < m->nsources; k++)
        add_source(m, &result, &m->sources[k]);
    if (m->op != UNION)
        count = filter_first(m, &result);
    if (m->store) {
        zset_value_store(call, &result);
        return; /* the key owns the members now */
    }
    if (m->count)
        reply_int(&call->reply, count);
    else
        zset_reply(&call->reply, zset_at(&result, 0), 1, zset_size(&result),
                   zset_value_form(call, m->with_scores));
    zset_clear(&result);
}

/* zunion n key ... [weights w ...] [aggregate sum|min|max] [withscores];
 * zinter the same; zdiff n key ... [withscores]: what is in the first and in no
 * other; zunionstore newkey n key ..., zinterstore, zdiffstore: store that;
 * zintercard n key ... [limit most] */
void cmd_zmath(struct call *call)
{
    int how = call->cmd->how;
    struct math m = {
        .op = how & OPERATIONS, .store = how & STORE, .count = how & COUNT};
    size_t i = m.store ? 2 : 1;

    if (parse_sources(call, i, &m) &&
        parse_options(call, i + 1 + m.nsources, &m)) {
        if (m.op != DIFF) /* the smaller the first one, the less to look at */
            qsort(m.sources, m.nsources, sizeof m.sources[0], by_size);
        reply_result(call, &m);
    }
    free(m.sources);
}
