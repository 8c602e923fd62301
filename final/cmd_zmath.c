/*
 * Commands that make one sorted set of several: union, intersection and
 * difference. LIMIT: however large the sets are, all others wait.
 */
#include <math.h>
#include <stdlib.h>

#include "command.h"
#include "commands.h"
#include "conn.h"
#include "keyspace.h"
#include "mem.h"
#include "number.h"
#include "reply.h"
#include "zset.h"
#include "zset_value.h"

enum operation { UNION, INTER, DIFF };
enum aggregate { SUM, MIN, MAX };

struct source {
    struct zset *z; /* NULL: no such key */
    double weight;
    size_t index;   /* which of the keys it is */
};

struct math {
    enum operation op;
    bool store;
    bool count;     /* only how many there are */
    bool with_scores;
    enum aggregate aggregate;
    int64_t limit;  /* 0: none */
    size_t nsources;
    struct source *sources;
};

static size_t size_of(const struct source *s)
{
    return s->z ? zset_size(s->z) : 0;
}

/* For qsort(): by size; else as they were, for sums depend on the order. */
static int by_size(const void *one, const void *other)
{
    const struct source *a = one;
    const struct source *b = other;

    if (size_of(a) != size_of(b))
        return size_of(a) < size_of(b) ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

/* Reads a number of keys at args[i], and finds the keys behind it. */
static bool parse_sources(struct call *call, size_t i, struct math *m)
{
    struct entry *e;
    int64_t n;

    if (!zset_parse_int(call, i, INT64_MIN, "expect int", &n))
        return false;
    if (n < 1) {
        reply_error(&call->reply,
                    "ERR at least 1 input key is needed for '%s' command",
                    call->conn->session.last_command);
        return false;
    }
    if ((uint64_t)n > call->nargs - i - 1) {
        reply_syntax_error(&call->reply);
        return false;
    }
    m->nsources = (size_t)n;
    m->sources = mem_alloc(m->nsources * sizeof m->sources[0]);
    for (size_t k = 0; k < m->nsources; k++) {
        if (!zset_value_find(call, call->args[i + 1 + k], &e))
            return false;
        m->sources[k] = (struct source){.z = e ? e->zset : NULL,
                                        .weight = 1, .index = k};
    }
    return true;
}

static bool parse_weights(struct call *call, size_t i, struct math *m)
{
    for (size_t k = 0; k < m->nsources; k++) {
        if (!number_strict_double(call->args[i + k], &m->sources[k].weight)) {
            reply_error(&call->reply, "ERR weight value is not a float");
            return false;
        }
    }
    return true;
}

static bool parse_aggregate(struct call *call, size_t i, struct math *m)
{
    static const char *const names[] = {"sum", "min", "max"};

    for (int k = SUM; k <= MAX; k++) {
        if (arg_is(call, i, names[k])) {
            m->aggregate = (enum aggregate)k;
            return true;
        }
    }
    return false;
}

/* Reads the options from args[i] on. */
static bool parse_options(struct call *call, size_t i, struct math *m)
{
    bool ok = true;

    while (ok && i < call->nargs) {
        size_t left = call->nargs - i - 1;
        bool weighs = m->op != DIFF && !m->count;
        if (weighs && left >= m->nsources && arg_is(call, i, "weights")) {
            if (!parse_weights(call, i + 1, m))
                return false;
            i += 1 + m->nsources;
        } else if (weighs && left >= 1 && arg_is(call, i, "aggregate")) {
            ok = parse_aggregate(call, i + 1, m);
            i += 2;
        } else if (!m->store && !m->count && arg_is(call, i, "withscores")) {
            m->with_scores = true;
            i++;
        } else if (m->count && left >= 1 && arg_is(call, i, "limit")) {
            if (!zset_parse_int(call, i + 1, 0, "ERR LIMIT can't be negative",
                                &m->limit))
                return false;
            i += 2;
        } else {
            ok = false;
        }
    }
    if (!ok)
        reply_syntax_error(&call->reply);
    return ok;
}

/* Infinities can make a sum or a product that is no number: it counts as 0. */
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
static void add(const struct math *m, struct zset *result, struct slice name,
                double score)
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

static void add_source(const struct math *m, struct zset *result,
                       const struct source *s)
{
    struct znode *n = s->z ? zset_at(s->z, 0) : NULL;

    for (; n; n = znode_offset(n, 1))
        add(m, result, znode_name(n), number_or_0(s->weight * n->score));
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

    for (; n; n = znode_offset(n, 1)) {
        if (!belongs(m, n, &score))
            continue;
        if (!m->count)
            add(m, result, znode_name(n), score);
        if (++count == m->limit)
            break;
    }
    return count;
}

static void reply_result(struct call *call, const struct math *m)
{
    struct zset result = {0};
    int64_t count = 0;

    if (m->op == UNION) {
        for (size_t k = 0; k < m->nsources; k++)
            add_source(m, &result, &m->sources[k]);
    } else {
        count = filter_first(m, &result);
    }
    if (m->store) {
        zset_value_store(call, call->args[1], &result);
        return; /* the members are not ours any more */
    }
    if (m->count)
        reply_int(&call->reply, count);
    else
        zset_reply(&call->reply, zset_at(&result, 0), 1, zset_size(&result),
                   zset_value_form(call, m->with_scores));
    zset_clear(&result);
}

static void compute(struct call *call, struct math m)
{
    size_t i = m.store ? 2 : 1;

    if (parse_sources(call, i, &m) &&
        parse_options(call, i + 1 + m.nsources, &m)) {
        if (m.op != DIFF) /* the smaller the first one is, the better */
            qsort(m.sources, m.nsources, sizeof m.sources[0], by_size);
        reply_result(call, &m);
    }
    free(m.sources);
}

/* zunion n key ... [weights w ...] [aggregate sum|min|max] [withscores] */
void cmd_zunion(struct call *call)
{
    compute(call, (struct math){.op = UNION});
}

/* zunionstore newkey n key ... [weights w ...] [aggregate ...] */
void cmd_zunionstore(struct call *call)
{
    compute(call, (struct math){.op = UNION, .store = true});
}

/* zinter n key ... [weights w ...] [aggregate ...] [withscores] */
void cmd_zinter(struct call *call)
{
    compute(call, (struct math){.op = INTER});
}

/* zinterstore newkey n key ... [weights w ...] [aggregate ...] */
void cmd_zinterstore(struct call *call)
{
    compute(call, (struct math){.op = INTER, .store = true});
}

/* zintercard n key ... [limit most] */
void cmd_zintercard(struct call *call)
{
    compute(call, (struct math){.op = INTER, .count = true});
}

/* zdiff n key ... [withscores]: of the first, what no other has */
void cmd_zdiff(struct call *call)
{
    compute(call, (struct math){.op = DIFF});
}

/* zdiffstore newkey n key ... */
void cmd_zdiffstore(struct call *call)
{
    compute(call, (struct math){.op = DIFF, .store = true});
}
