/*
 * Commands for keys whose value is a string that is a number. It is kept as
 * text: read, changed and printed again each time, so GET needs to know nothing
 * of it.
 */
#include <math.h>
#include <stdio.h>

#include "args.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"

/* Gives args[1] a new value. Its TTL stays. */
static void put(struct call *call, struct entry *e, struct slice val)
{
    if (e)
        keyspace_put_str(call->ks, e, val);
    else
        keyspace_add_str(call->ks, call->args[1], val);
}

/* incr key, decr key, incrby key number, decrby key number */
void cmd_incr(struct call *call)
{
    char text[NUMBER_MAX_INT];
    struct entry *e;
    int64_t n = 0;
    int64_t by = 1;

    if (call->nargs == 3 && !arg_int(call, 2, &by))
        return;
    if (call->cmd->how < 0 && by == INT64_MIN) {
        reply_error(&call->reply, "ERR decrement would overflow");
        return;
    }
    by *= call->cmd->how;
    if (!arg_str(call, 1, &e))
        return;
    if (e && !number_strict_int(entry_str(e), &n)) {
        reply_not_int(&call->reply);
        return;
    }
    if (by > 0 ? n > INT64_MAX - by : n < INT64_MIN - by) {
        reply_error(&call->reply, "ERR increment or decrement would overflow");
        return;
    }
    number_print_int(text, n + by);
    put(call, e, slice_of(text));
    reply_int(&call->reply, n + by);
}

/* Prints n without zeros at the end, and without a minus sign if it is 0. */
static size_t print_plain(char *text, size_t size, long double n)
{
    size_t len = (size_t)snprintf(text, size, "%.17Lf", n);

    while (text[len - 1] == '0')
        len--;
    if (text[len - 1] == '.')
        len--;
    if (len == 2 && text[0] == '-' && text[1] == '0')
        text[--len - 1] = '0';
    return len;
}

/* incrbyfloat key number: with long doubles, which have digits to spare, so
 * that no 0.30000000000000004 is printed */
void cmd_incrbyfloat(struct call *call)
{
    char text[NUMBER_MAX_LONG_DOUBLE];
    struct entry *e;
    long double n = 0;
    long double by;

    if (!arg_str(call, 1, &e))
        return;
    if ((e && !number_long_double(entry_str(e), &n)) ||
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
    struct slice val = {.data = (const uint8_t *)text,
                        .len = print_plain(text, sizeof text, n)};
    put(call, e, val);
    reply_str(&call->reply, val);
}
