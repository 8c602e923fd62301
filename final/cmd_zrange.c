/*
 * Commands for the members between two points of a sorted set's order.
 *
 * A point is between two members: before all that have a score (or name) or
 * after them, so that "from 3 on" and "from above 3 on" are different points.
 * How many members are before a point is counted in O(log n), and is the rank
 * of the first one behind it. So every range becomes a rank and a number of
 * members, and all commands are about these two.
 */
#include "args.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "zset.h"
#include "zset_value.h"

struct point {
    bool after; /* behind all that have the score or name? */
    double score;
    struct slice name;
    int end;      /* of the names: -1 before any, 1 after all, 0 none */
    int64_t rank; /* negative: counted from the end */
};

struct range {
    int how; /* see how.h */
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

/* Reads args[i] and the next as the range's ends, the first one first. */
static bool parse_ends(struct call *call, size_t i, struct range *r)
{
    bool reverse = r->how & REVERSE;
    struct slice min = call->args[reverse ? i + 1 : i];
    struct slice max = call->args[reverse ? i : i + 1];
    int by = r->how & ORDERS;

    if (by == BY_RANK)
        return arg_int(call, i, &r->min.rank) &&
               arg_int(call, i + 1, &r->max.rank);
    if (by == BY_SCORE &&
        !(parse_score(min, false, &r->min) && parse_score(max, true, &r->max)))
        return reply_error(&call->reply, "ERR min or max is not a float");
    if (by == BY_LEX &&
        !(parse_name(min, false, &r->min) && parse_name(max, true, &r->max)))
        return reply_error(&call->reply,
                           "ERR min or max not valid string range item");
    return true;
}

/* A word of ZRANGE that says which range is meant: each at most once. */
static bool parse_how(const struct call *call, size_t i, struct range *r)
{
    static const char *const words[] = {"byscore", "bylex", "rev", NULL};
    static const int hows[] = {BY_SCORE, BY_LEX, REVERSE};
    int k = arg_choice(call, i, words);
    int excluded = k == 2 ? REVERSE : ORDERS;

    if (!(r->how & WORDS_TELL) || k < 0 || r->how & excluded)
        return false;
    r->how |= hows[k];
    return true;
}

/* Reads the ends at args[i] and the options behind them. */
static bool parse_range(struct call *call, size_t i, struct range *r)
{
    for (size_t k = i + 2; k < call->nargs; k++) {
        if (!(r->how & STORE) && arg_is(call, k, "withscores")) {
            r->with_scores = true;
        } else if (k + 2 < call->nargs && arg_is(call, k, "limit")) {
            k += 2;
            if (!arg_int(call, k - 1, &r->offset) ||
                !arg_int(call, k, &r->limit))
                return false;
        } else if (!parse_how(call, k, r)) {
            return reply_syntax_error(&call->reply);
        }
    }
    if (r->limit != -1 && (r->how & ORDERS) == BY_RANK)
        return reply_error(
            &call->reply,
            "ERR syntax error, LIMIT is only supported in combination "
            "with either BYSCORE or BYLEX");
    if (r->with_scores && r->how & BY_LEX)
        return reply_error(&call->reply,
                           "ERR syntax error, WITHSCORES not supported "
                           "in combination with BYLEX");
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
    size_t len = znode_name(n).len;
    size_t common = len < p->name.len ? len : p->name.len;

    if (p->end != 0)
        return p->end > 0;
    int order = common > 0 ? memcmp(n->name, p->name.data, common) : 0;
    if (order != 0)
        return order < 0;
    return len < p->name.len ||
           (p->after && len == p->name.len);
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
    zset_before *before = r->how & BY_SCORE ? before_score : before_name;
    bool by_rank = (r->how & ORDERS) == BY_RANK;
    int64_t size = (int64_t)zset_size(z);
    int64_t offset = by_rank ? 0 : r->offset; /* LIMIT 5 -1 does nothing */
    int64_t begin;
    int64_t end;

    if (by_rank) {
        begin = cut(r->min.rank, size, false);
        end = cut(r->max.rank, size, true);
    } else {
        begin = (int64_t)zset_count(z, before, &r->min);
        end = (int64_t)zset_count(z, before, &r->max);
    }
    if (offset < 0 || end - begin <= offset)
        return 0;
    if (!(r->how & REVERSE))
        *first = (size_t)(begin + offset);
    else if (by_rank) /* counted from the other end */
        *first = (size_t)(size - 1 - begin);
    else
        *first = (size_t)(end - 1 - offset);
    int64_t n = end - begin - offset;
    return (size_t)(r->limit >= 0 && r->limit < n ? r->limit : n);
}

static void store(struct call *call, struct znode *n, int side, size_t count)
{
    struct zset copy = {0};

    for (; count > 0; count--) {
        zset_add(&copy, znode_name(n), n->score);
        n = znode_next(n, side);
    }
    zset_value_store(call, &copy);
}

/* zrange key first last [byscore|bylex] [rev] [limit offset n] [withscores],
 * with older spellings for some of these words: zrevrange, zrangebyscore ...;
 * zrangestore newkey key first last ... */
void cmd_zrange(struct call *call)
{
    struct range r = {.how = call->cmd->how, .limit = -1};
    size_t key = r.how & STORE ? 2 : 1;
    size_t first = 0;
    struct entry *e;

    if (!parse_range(call, key + 1, &r) || !arg_zset(call, key, &e))
        return;
    size_t count = e ? resolve(&r, entry_zset(e), &first) : 0;
    struct znode *n = count > 0 ? zset_at(entry_zset(e), first) : NULL;
    int side = r.how & REVERSE ? 0 : 1;
    if (r.how & STORE)
        store(call, n, side, count);
    else
        zset_reply(&call->reply, n, side, count,
                   zset_value_form(call, r.with_scores));
}

/* zcount key min max, zlexcount key min max: how many there are between;
 * zremrangebyscore and the like: the same, and removes them */
void cmd_zcount(struct call *call)
{
    struct range r = {.how = call->cmd->how, .limit = -1};
    size_t first = 0;
    struct entry *e;

    if (!parse_ends(call, 2, &r) || !arg_zset(call, 1, &e))
        return;
    size_t n = e ? resolve(&r, entry_zset(e), &first) : 0;
    if (r.how & REMOVE && n > 0)
        zset_value_take(call, e, zset_at(entry_zset(e), first), 1, n);
    reply_int(&call->reply, (int64_t)n);
}
