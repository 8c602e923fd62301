/*
 * Commands for the members between two points of a sorted set's order.
 *
 * A point is between two members: before all that have a score (or name) or
 * after them, so that "from 3 on" and "from above 3 on" are different points.
 * A range that is replied or stored is a walk: from the first member, which is
 * sought once, to the other point or the limit. A range that is counted
 * needs no walk: how many members are before a point is counted in O(log n),
 * and is the rank of the first one behind it.
 */
#include <ctype.h>
#include <string.h>

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

/* Reads 3, or (3 for what is above or below it. As in Redis, nothing is 0,
 * blanks in front do no harm, and a NUL ends the text. */
static bool parse_score(struct slice text, bool is_max, struct point *p)
{
    bool open = text.len > 0 && text.data[0] == '(';

    if (open)
        text = (struct slice){.data = text.data + 1, .len = text.len - 1};
    p->after = is_max != open;
    p->score = 0;
    text.len = strnlen((const char *)text.data, text.len);
    if (text.len == 0)
        return true;
    while (text.len > 0 && isspace(text.data[0]))
        text = (struct slice){.data = text.data + 1, .len = text.len - 1};
    return number_double(text, &p->score);
}

/* Reads [name, or (name for what is above or below it; - and + are the ends. */
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

/* Reads a word of ZRANGE that says which range is meant: each at most once. */
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

/* Members are in the order of their names only if all scores are the same. If
 * not, there is nothing sensible to find, but looking does no harm. */
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
    return len < p->name.len || (p->after && len == p->name.len);
}

/* Returns how many members are before the one of that rank; or, with after, up
 * to and including it. A negative rank is counted from the end. */
static int64_t cut(int64_t rank, int64_t size, bool after)
{
    if (rank < 0)
        rank += size;
    if (rank < 0)
        return 0;
    return rank < size ? rank + after : size;
}

static zset_before *before_of(const struct range *r)
{
    return r->how & BY_SCORE ? before_score : before_name;
}

/* Returns how many members are in the range, whatever its limit. Stores how
 * many are before it; by rank and in reverse, that is counted from the last
 * one. */
static size_t resolve(const struct range *r, const struct zset *z,
                      size_t *begin)
{
    int64_t size = (int64_t)zset_size(z);
    size_t end;

    if ((r->how & ORDERS) == BY_RANK) {
        *begin = (size_t)cut(r->min.rank, size, false);
        end = (size_t)cut(r->max.rank, size, true);
    } else {
        *begin = zset_count(z, before_of(r), &r->min);
        end = zset_count(z, before_of(r), &r->max);
    }
    return end > *begin ? end - *begin : 0;
}

/* From member to member of a range, in its direction. */
struct walk {
    int side;    /* where the next one is */
    size_t left; /* how many may come yet, with the one at hand */
    zset_before *before;
    const struct point *end; /* NULL: only the number counts */
};

static struct znode *if_inside(const struct walk *w, struct znode *n)
{
    return n && (!w->end || w->before(n, w->end) == w->side) ? n : NULL;
}

static struct znode *walk_next(struct walk *w, const struct znode *n)
{
    return --w->left > 0 ? if_inside(w, znode_next(n, w->side)) : NULL;
}

static struct znode *walk_ranks(struct walk *w, const struct range *r,
                                const struct zset *z)
{
    size_t begin;

    w->left = resolve(r, z, &begin);
    if (w->left == 0)
        return NULL;
    return zset_at(z, w->side == 1 ? begin : zset_size(z) - 1 - begin);
}

/* Begins the walk. Returns the first member, or NULL if the range is empty. */
static struct znode *walk_begin(struct walk *w, const struct range *r,
                                const struct zset *z)
{
    *w = (struct walk){.side = r->how & REVERSE ? 0 : 1};
    if ((r->how & ORDERS) == BY_RANK)
        return walk_ranks(w, r, z); /* LIMIT 5 -1 does nothing */
    if (r->offset < 0 || r->limit == 0)
        return NULL;
    w->left = r->limit > 0 ? (size_t)r->limit : SIZE_MAX;
    w->before = before_of(r);
    w->end = w->side == 1 ? &r->max : &r->min;
    struct znode *n =
        zset_beside(z, w->before, w->side == 1 ? &r->min : &r->max, w->side);
    if (n && r->offset > 0)
        n = znode_offset(n, w->side == 1 ? r->offset : -r->offset);
    return if_inside(w, n);
}

static void store(struct call *call, struct walk *w, struct znode *n)
{
    struct zset copy = {0};

    for (; n; n = walk_next(w, n))
        zset_insert(&copy, znode_name(n), n->score);
    zset_value_store(call, &copy);
}

static void reply_walk(struct reply *r, struct walk *w, struct znode *n,
                       enum zset_form form)
{
    size_t at = reply_arr_begin(r);
    size_t count = 0;

    for (; n && !r->too_big; n = walk_next(w, n)) {
        zset_reply_member(r, n, form);
        count++;
    }
    reply_arr_end(r, at, form == ZSET_FLAT ? count * 2 : count);
}

/* zrange key first last [byscore|bylex] [rev] [limit offset n] [withscores],
 * with older spellings for some of these words: zrevrange, zrangebyscore ...;
 * zrangestore newkey key first last ... */
void cmd_zrange(struct call *call)
{
    struct range r = {.how = call->cmd->how, .limit = -1};
    size_t key = r.how & STORE ? 2 : 1;
    struct walk w;
    struct entry *e;

    if (!parse_range(call, key + 1, &r) || !arg_zset(call, key, &e))
        return;
    struct znode *n = e ? walk_begin(&w, &r, entry_zset(e)) : NULL;
    if (r.how & STORE)
        store(call, &w, n);
    else
        reply_walk(&call->reply, &w, n, zset_value_form(call, r.with_scores));
}

/* zcount key min max, zlexcount key min max: how many there are between;
 * zremrangebyscore key min max, ... bylex, ... byrank: how many were removed */
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
