/*
 * Commands for the members between two points of a sorted set's order.
 *
 * A point is between two members: before all that have a score (or name) or
 * after them, so that "from 3 on" and "from above 3 on" are different points.
 * How many members are before a point is counted in O(log n), and is the rank
 * of the first one behind it. So every range becomes a rank and a number of
 * members, and all commands are about these two.
 */
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "zset.h"
#include "zset_value.h"

enum order { BY_RANK, BY_SCORE, BY_LEX };

struct point {
    bool after;        /* behind all that have the score or name? */
    double score;
    struct slice name;
    int end;           /* of the names: -1 before any, 1 after all, 0 none */
    int64_t rank;      /* negative: counted from the end */
};

struct range {
    enum order by;
    bool reverse;      /* from the last to the first */
    bool any_order;    /* words may say how: BYSCORE, BYLEX, REV */
    bool store;
    bool with_scores;
    struct point min;
    struct point max;
    int64_t offset;
    int64_t limit; /* negative: none */
};

/* 3, or (3 for those above or below. Redis takes nothing for 0 here. */
static bool parse_score(struct slice text, bool is_max, struct point *p)
{
    bool open = text.len > 0 && text.data[0] == '(';

    if (open)
        text = (struct slice){.data = text.data + 1, .len = text.len - 1};
    p->after = is_max != open;
    p->score = 0;
    return text.len == 0 || number_double(text, &p->score);
}

/* [name, or (name for those above or below; - and + for the ends. */
static bool parse_name(struct slice text, bool is_max, struct point *p)
{
    char mark = text.len > 0 ? (char)text.data[0] : '\0';

    if (mark == '-' || mark == '+') {
        p->end = mark == '+' ? 1 : -1;
        return text.len == 1;
    }
    if (mark != '[' && mark != '(')
        return false;
    p->after = is_max != (mark == '(');
    p->end = 0;
    p->name = (struct slice){.data = text.data + 1, .len = text.len - 1};
    return true;
}

static bool parse_int(struct call *call, size_t i, int64_t *value)
{
    return zset_parse_int(call, i, INT64_MIN, "expect int", value);
}

/* Reads args[i] and the next as the range's ends, the first one first. */
static bool parse_ends(struct call *call, size_t i, struct range *r)
{
    struct slice min = call->args[r->reverse ? i + 1 : i];
    struct slice max = call->args[r->reverse ? i : i + 1];

    if (r->by == BY_RANK)
        return parse_int(call, i, &r->min.rank) &&
               parse_int(call, i + 1, &r->max.rank);
    if (r->by == BY_SCORE && !(parse_score(min, false, &r->min) &&
                               parse_score(max, true, &r->max))) {
        reply_error(&call->reply, "ERR min or max is not a float");
        return false;
    }
    if (r->by == BY_LEX && !(parse_name(min, false, &r->min) &&
                             parse_name(max, true, &r->max))) {
        reply_error(&call->reply,
                    "ERR min or max not valid string range item");
        return false;
    }
    return true;
}

/* Reads an option at args[*i], and moves *i to the last word of it. */
static bool parse_option(struct call *call, size_t *i, struct range *r)
{
    if (!r->store && arg_is(call, *i, "withscores")) {
        r->with_scores = true;
    } else if (*i + 2 < call->nargs && arg_is(call, *i, "limit")) {
        *i += 2;
        return parse_int(call, *i - 1, &r->offset) &&
               parse_int(call, *i, &r->limit);
    } else if (r->any_order && !r->reverse && arg_is(call, *i, "rev")) {
        r->reverse = true;
    } else if (r->any_order && !r->by && arg_is(call, *i, "bylex")) {
        r->by = BY_LEX;
    } else if (r->any_order && !r->by && arg_is(call, *i, "byscore")) {
        r->by = BY_SCORE;
    } else {
        reply_syntax_error(&call->reply);
        return false;
    }
    return true;
}

/* Reads the ends at args[i] and the options behind them. */
static bool parse_range(struct call *call, size_t i, struct range *r)
{
    r->limit = -1;
    for (size_t k = i + 2; k < call->nargs; k++) {
        if (!parse_option(call, &k, r))
            return false;
    }
    if (r->limit != -1 && r->by == BY_RANK) {
        reply_error(&call->reply,
                    "ERR syntax error, LIMIT is only supported in combination "
                    "with either BYSCORE or BYLEX");
        return false;
    }
    if (r->with_scores && r->by == BY_LEX) {
        reply_error(&call->reply, "ERR syntax error, WITHSCORES not supported "
                                  "in combination with BYLEX");
        return false;
    }
    return parse_ends(call, i, r);
}

static bool before_score(const struct znode *n, const void *point)
{
    const struct point *p = point;

    return n->score < p->score || (p->after && n->score == p->score);
}

/* Names are an order by themselves where all members have the same score;
 * where not, there is nothing sensible to find, and no harm in looking. */
static bool before_name(const struct znode *n, const void *point)
{
    const struct point *p = point;
    size_t common = n->name_len < p->name.len ? n->name_len : p->name.len;

    if (p->end != 0)
        return p->end > 0;
    int order = common > 0 ? memcmp(n->name, p->name.data, common) : 0;
    if (order != 0)
        return order < 0;
    return n->name_len < p->name.len ||
           (p->after && n->name_len == p->name.len);
}

/* How many members are before the one of that rank; or, after it, up to that
 * one. A negative rank is counted from the end. */
static int64_t cut(int64_t rank, int64_t size, bool after)
{
    if (rank < 0)
        rank += size;
    if (rank < 0)
        return 0;
    return rank < size ? rank + after : size;
}

/* How many members are in the range. Stores the rank of the one that comes
 * first, in the direction of the range. */
static size_t resolve(const struct range *r, const struct zset *z,
                      size_t *first)
{
    zset_before *before = r->by == BY_SCORE ? before_score : before_name;
    int64_t size = (int64_t)zset_size(z);
    int64_t offset = r->offset;
    int64_t begin;
    int64_t end;

    if (r->by == BY_RANK) {
        offset = 0; /* LIMIT 5 -1 is let pass, and does nothing */
        begin = cut(r->min.rank, size, false);
        end = cut(r->max.rank, size, true);
    } else {
        begin = (int64_t)zset_count(z, before, &r->min);
        end = (int64_t)zset_count(z, before, &r->max);
    }
    if (offset < 0 || end - begin <= offset)
        return 0;
    if (!r->reverse)
        *first = (size_t)(begin + offset);
    else if (r->by == BY_RANK) /* counted from the other end */
        *first = (size_t)(size - 1 - begin);
    else
        *first = (size_t)(end - 1 - offset);
    int64_t n = end - begin - offset;
    return (size_t)(r->limit >= 0 && r->limit < n ? r->limit : n);
}

/* Replies the members of args[1] between args[2] and args[3]. */
static void reply_range(struct call *call, struct range r)
{
    size_t first = 0;
    struct entry *e;

    if (!parse_range(call, 2, &r) ||
        !zset_value_find(call, call->args[1], &e))
        return;
    size_t n = e ? resolve(&r, e->zset, &first) : 0;
    zset_reply(&call->reply, n > 0 ? zset_at(e->zset, first) : NULL,
               r.reverse ? -1 : 1, n, zset_value_form(call, r.with_scores));
}

/* zrange key first last [byscore|bylex] [rev] [limit offset n] [withscores] */
void cmd_zrange(struct call *call)
{
    reply_range(call, (struct range){.any_order = true});
}

/* zrevrange key first last [withscores] */
void cmd_zrevrange(struct call *call)
{
    reply_range(call, (struct range){.reverse = true});
}

/* zrangebyscore key min max [withscores] [limit offset n] */
void cmd_zrangebyscore(struct call *call)
{
    reply_range(call, (struct range){.by = BY_SCORE});
}

/* zrevrangebyscore key max min [withscores] [limit offset n] */
void cmd_zrevrangebyscore(struct call *call)
{
    reply_range(call, (struct range){.by = BY_SCORE, .reverse = true});
}

/* zrangebylex key min max [limit offset n] */
void cmd_zrangebylex(struct call *call)
{
    reply_range(call, (struct range){.by = BY_LEX});
}

/* zrevrangebylex key max min [limit offset n] */
void cmd_zrevrangebylex(struct call *call)
{
    reply_range(call, (struct range){.by = BY_LEX, .reverse = true});
}

/* zrangestore newkey key min max [byscore|bylex] [rev] [limit offset n] */
void cmd_zrangestore(struct call *call)
{
    struct range r = {.any_order = true, .store = true};
    struct zset copy = {0};
    size_t first = 0;
    struct entry *e;

    if (!parse_range(call, 3, &r) ||
        !zset_value_find(call, call->args[2], &e))
        return;
    size_t left = e ? resolve(&r, e->zset, &first) : 0;
    struct znode *n = left > 0 ? zset_at(e->zset, first) : NULL;
    for (; left > 0; left--) {
        zset_add(&copy, znode_name(n), n->score);
        n = znode_offset(n, r.reverse ? -1 : 1);
    }
    zset_value_store(call, call->args[1], &copy);
}

/* Replies how many are between args[2] and args[3], and may remove them. */
static void reply_count(struct call *call, enum order by, bool remove)
{
    struct range r = {.by = by, .limit = -1};
    size_t first = 0;
    struct entry *e;

    if (!parse_ends(call, 2, &r) ||
        !zset_value_find(call, call->args[1], &e))
        return;
    size_t n = e ? resolve(&r, e->zset, &first) : 0;
    if (remove && n > 0)
        zset_value_take(call, e, zset_at(e->zset, first), 1, n);
    reply_int(&call->reply, (int64_t)n);
}

/* zcount key min max */
void cmd_zcount(struct call *call)
{
    reply_count(call, BY_SCORE, false);
}

/* zlexcount key min max */
void cmd_zlexcount(struct call *call)
{
    reply_count(call, BY_LEX, false);
}

/* zremrangebyrank key first last */
void cmd_zremrangebyrank(struct call *call)
{
    reply_count(call, BY_RANK, true);
}

/* zremrangebyscore key min max */
void cmd_zremrangebyscore(struct call *call)
{
    reply_count(call, BY_SCORE, true);
}

/* zremrangebylex key min max */
void cmd_zremrangebylex(struct call *call)
{
    reply_count(call, BY_LEX, true);
}
