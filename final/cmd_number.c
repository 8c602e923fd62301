/*
 * Commands for keys whose value is a string that is a number.
 */
#include <math.h>
#include <stdio.h>

#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"

/* The string of args[1], or that text where there is none. Returns false,
 * with an error as the reply, where the value is no string. */
static bool get_or(struct call *call, const char *none, struct slice *val)
{
    const struct entry *e = keyspace_find(call->ks, call->args[1]);

    if (e && e->type != ENTRY_STR) {
        reply_wrong_type(&call->reply);
        return false;
    }
    *val = e ? entry_str(e) : slice_of(none);
    return true;
}

/* Gives args[1] a new value, but no other time limit. */
static void put(struct call *call, struct slice val)
{
    struct entry *e = keyspace_find(call->ks, call->args[1]);

    if (e)
        entry_set_str(e, val);
    else
        keyspace_add_str(call->ks, call->args[1], val);
}

static void add(struct call *call, int64_t by)
{
    char text[NUMBER_MAX_INT];
    struct slice val;
    int64_t n;

    if (!get_or(call, "0", &val))
        return;
    if (!number_strict_int(val, &n)) {
        reply_not_int(&call->reply);
        return;
    }
    if (by > 0 ? n > INT64_MAX - by : n < INT64_MIN - by) {
        reply_error(&call->reply, "ERR increment or decrement would overflow");
        return;
    }
    number_print_int(text, n + by);
    put(call, slice_of(text));
    reply_int(&call->reply, n + by);
}

/* incr key */
void cmd_incr(struct call *call)
{
    add(call, 1);
}

/* decr key */
void cmd_decr(struct call *call)
{
    add(call, -1);
}

/* incrby key number */
void cmd_incrby(struct call *call)
{
    int64_t by;

    if (number_strict_int(call->args[2], &by))
        add(call, by);
    else
        reply_not_int(&call->reply);
}

/* decrby key number */
void cmd_decrby(struct call *call)
{
    int64_t by;

    if (!number_strict_int(call->args[2], &by))
        reply_not_int(&call->reply);
    else if (by == INT64_MIN)
        reply_error(&call->reply, "ERR decrement would overflow");
    else
        add(call, -by);
}

/* incrbyfloat key number: with long doubles, which have digits to spare, so
 * that what is printed has no 0.30000000000000004 in it */
void cmd_incrbyfloat(struct call *call)
{
    char text[NUMBER_MAX_LONG_DOUBLE];
    struct slice val;
    long double n;
    long double by;

    if (!get_or(call, "0", &val))
        return;
    if (!number_long_double(val, &n) ||
        !number_long_double(call->args[2], &by)) {
        reply_not_float(&call->reply);
        return;
    }
    n += by;
    if (isnan(n) || isinf(n)) {
        reply_error(&call->reply,
                    "ERR increment would produce NaN or Infinity");
        return;
    }
    size_t len = (size_t)snprintf(text, sizeof text, "%.17Lf", n);
    while (text[len - 1] == '0')
        len--;
    if (text[len - 1] == '.')
        len--;
    if (len == 2 && text[0] == '-' && text[1] == '0')
        text[--len - 1] = '0';
    val = (struct slice){.data = (const uint8_t *)text, .len = len};
    put(call, val);
    reply_str(&call->reply, val);
}
