/*
 * Commands that list keys, or a set's members: KEYS all at once, the others a
 * few at a time. Their cursor is a place in a hashtable that stays meaningful
 * while the table grows and shrinks: see hashtable_scan.h.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "command.h"
#include "commands.h"
#include "container_of.h"
#include "glob.h"
#include "hashtable.h"
#include "hashtable_scan.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "wire.h"
#include "zset_value.h"

struct listing {
    struct reply *reply;
    const struct keyspace *ks; /* NULL: it lists a set's members */
    const struct glob *pattern; /* NULL: all */
    size_t type; /* the argument that names it; 0: all types */
    const struct call *call;
    size_t n;
};

static bool list_key(struct hnode *node, void *arg)
{
    const struct entry *e = container_of(node, struct entry, node);
    struct listing *l = arg;

    if (keyspace_is_due(l->ks, e))
        return true;
    if ((l->pattern && !glob_match(l->pattern, entry_key(e))) ||
        (l->type > 0 && !arg_is(l->call, l->type, entry_type_name(e))))
        return true;
    reply_str(l->reply, entry_key(e));
    l->n++;
    return !l->reply->too_big;
}

/* keys pattern: on the binary protocol it may be left out
 * LIMIT: it visits every key at once, and everybody waits for it. Use scan. */
void cmd_keys(struct call *call)
{
    struct listing l = {.reply = &call->reply, .ks = call->ks};
    struct glob glob;

    if (!arg_glob(call, call->args[1], &glob))
        return;
    if (!slice_eq(call->args[1], slice_of("*")))
        l.pattern = &glob;
    size_t at = reply_arr_begin(&call->reply);
    hmap_foreach(&call->ks->map, list_key, &l);
    reply_arr_end(&call->reply, at, l.n);
}

/* A set of at most this many members is listed at once, and in order. */
enum { SMALL_ZSET = 128 };

/* As in Redis, an empty text is 0, -1 is the largest cursor, and a NUL ends the
 * text. */
static bool parse_cursor(struct call *call, size_t i, size_t *cursor)
{
    struct slice text = call->args[i];
    size_t len = strnlen((const char *)text.data, text.len);
    char copy[24] = "";
    char *end;

    if (len < sizeof copy)
        memcpy(copy, text.data, len);
    errno = 0;
    *cursor = strtoul(copy, &end, 10);
    if (len >= sizeof copy || errno != 0 || isspace((uint8_t)copy[0]) ||
        *end != '\0')
        return reply_error(&call->reply, "ERR invalid cursor");
    return true;
}

/* Reads the options from args[i] on. TYPE is for keys, not for members. */
static bool parse_options(struct call *call, size_t i, struct listing *l,
                          struct glob *glob, int64_t *count)
{
    size_t match = 0;

    for (; i < call->nargs; i += 2) {
        bool more = i + 1 < call->nargs;
        if (more && arg_is(call, i, "count")) {
            if (!arg_int(call, i + 1, count))
                return false;
        } else if (more && arg_is(call, i, "match")) {
            match = i + 1;
        } else if (more && l->ks && arg_is(call, i, "type")) {
            l->type = i + 1;
        } else {
            *count = 0;
        }
        if (*count < 1)
            return reply_syntax_error(&call->reply);
    }
    if (match == 0 || slice_eq(call->args[match], slice_of("*")))
        return true; /* all, and that includes the empty name */
    l->pattern = glob;
    return arg_glob(call, call->args[match], glob);
}

/* Visits chains until there are about count values, or ten times as many
 * chains: an almost empty table must not keep all others waiting. */
static size_t scan_map(const struct hmap *m, size_t cursor, hmap_visit *visit,
                       struct listing *l, int64_t count)
{
    int64_t left = count > INT64_MAX / 10 ? INT64_MAX : count * 10;

    do
        cursor = hmap_scan(m, cursor, visit, l);
    while (cursor != 0 && (int64_t)l->n < count && --left > 0);
    return cursor;
}

/* Begins a list in a buffer of its own: in the reply the cursor comes before
 * the list, but it is known only after it. */
static void begin_list(struct call *call, struct listing *l, struct reply *list,
                       struct buf *values)
{
    *list = call->reply;
    list->out = values;
    l->reply = list;
    reply_begin(list);
}

static void reply_list(struct call *call, size_t cursor, struct listing *l)
{
    size_t head = call->reply.proto == PROTO_BINARY ? WIRE_HEADER : 0;
    struct buf *values = l->reply->out;
    char text[24];

    snprintf(text, sizeof text, "%zu", cursor);
    reply_arr(&call->reply, 2);
    reply_cstr(&call->reply, text);
    reply_arr(&call->reply, l->n);
    if (l->n > 0)
        reply_raw(&call->reply, buf_data(values) + head,
                  buf_size(values) - head);
    if (l->reply->too_big)
        call->reply.too_big = true;
    buf_free(values);
}

/* scan cursor [match pattern] [count n] [type name] */
void cmd_scan(struct call *call)
{
    struct listing l = {.ks = call->ks, .call = call};
    struct glob glob;
    struct buf keys = {0};
    struct reply list;
    int64_t count = 10;
    size_t cursor;

    if (!parse_cursor(call, 1, &cursor) ||
        !parse_options(call, 2, &l, &glob, &count))
        return;
    begin_list(call, &l, &list, &keys);
    cursor = scan_map(&call->ks->map, cursor, list_key, &l, count);
    reply_list(call, cursor, &l);
}

/* Scores are strings here, even in RESP3. */
static void list_member(struct listing *l, const struct znode *n)
{
    char score[NUMBER_MAX_DOUBLE];

    if (l->pattern && !glob_match(l->pattern, znode_name(n)))
        return;
    number_print_double(score, n->score);
    reply_str(l->reply, znode_name(n));
    reply_cstr(l->reply, score);
    l->n += 2;
}

static bool visit_member(struct hnode *node, void *arg)
{
    list_member(arg, container_of(node, struct znode, by_name));
    return true;
}

/* zscan key cursor [match pattern] [count n] */
void cmd_zscan(struct call *call)
{
    struct listing l = {.ks = NULL};
    struct glob glob;
    struct buf members = {0};
    struct reply list;
    int64_t count = 10;
    size_t cursor;
    struct entry *e;

    if (!parse_cursor(call, 2, &cursor) || !arg_zset(call, 1, &e) ||
        (e && !parse_options(call, 3, &l, &glob, &count)))
        return;
    begin_list(call, &l, &list, &members);
    if (e && zset_size(entry_zset(e)) > SMALL_ZSET) {
        cursor = scan_map(&entry_zset(e)->map, cursor, visit_member, &l, count);
    } else {
        struct znode *n = e ? zset_at(entry_zset(e), 0) : NULL;
        for (; n; n = znode_next(n, 1))
            list_member(&l, n);
        cursor = 0;
    }
    reply_list(call, cursor, &l);
}
