/*
 * Each function looks at one argument, and replies with the error itself, so
 * that a command has only to return. An integer has one form, as in Redis; only
 * a time on the binary protocol may have a plus sign or zeros in front, as in
 * the book.
 */
#include "args.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "how.h"
#include "mem.h"
#include "number.h"
#include "server.h"

bool arg_is(const struct call *call, size_t i, const char *word)
{
    return i < call->nargs && call->args[i].len == strlen(word) &&
           strncasecmp((const char *)call->args[i].data, word,
                       call->args[i].len) == 0;
}

int arg_choice(const struct call *call, size_t i, const char *const words[])
{
    for (int k = 0; words[k]; k++) {
        if (arg_is(call, i, words[k]))
            return k;
    }
    return -1;
}

bool arg_int(struct call *call, size_t i, int64_t *value)
{
    return number_strict_int(call->args[i], value) ||
           reply_not_int(&call->reply);
}

bool arg_int_from(struct call *call, size_t i, int64_t min, const char *error,
                  int64_t *value)
{
    if (number_strict_int(call->args[i], value) && *value >= min)
        return true;
    return reply_error(&call->reply, "%s", error);
}

/* The loop counts time from some start, EXPIREAT counts from 1970, and the
 * offset between the two is known. Whatever a client sends, no step may
 * overflow: so each is checked before it is taken. Redis also refuses a time
 * whose end does not fit when it is counted from 1970; the book does not. */
bool arg_time(struct call *call, size_t i, int how, bool positive, uint64_t *at)
{
    bool binary = call->reply.proto == PROTO_BINARY;
    bool absolute = how & SINCE_1970;
    int64_t unit_ms = how & SECONDS ? 1000 : 1;
    int64_t now = (int64_t)call->ks->now_ms;
    int64_t wall_offset = clock_wall_offset_ms();
    int64_t time;

    if (!(binary ? number_int(call->args[i], &time)
                 : number_strict_int(call->args[i], &time)))
        return reply_book_error(&call->reply, BOOK_NOT_INT64);
    bool fits = time <= INT64_MAX / unit_ms && time >= INT64_MIN / unit_ms;
    if (fits && !absolute && !binary)
        fits = time * unit_ms <= INT64_MAX - now - wall_offset;
    if (!fits || (positive && time <= 0))
        return reply_error(&call->reply,
                           "ERR invalid expire time in '%s' command",
                           call->cmd->name);
    time *= unit_ms;
    if (absolute)
        time = time < INT64_MIN + wall_offset ? INT64_MIN : time - wall_offset;
    if (!absolute && time > 0)
        *at = (uint64_t)now + (uint64_t)time;
    else
        *at = absolute && time > now ? (uint64_t)time : 0;
    return true;
}

bool arg_db(struct call *call, size_t i, size_t *db)
{
    int64_t n;

    if (!arg_int(call, i, &n))
        return false;
    if (n < INT32_MIN || n > INT32_MAX)
        return reply_error(&call->reply,
                           "ERR value is out of range, value must "
                           "between -2147483648 and 2147483647");
    if (n < 0 || n >= SERVER_DBS)
        return reply_error(&call->reply, "ERR DB index is out of range");
    *db = (size_t)n;
    return true;
}

bool arg_text(struct call *call, size_t i, const char *what, char **text)
{
    struct slice value = call->args[i];

    if (value.len > ARG_MAX_TEXT)
        return reply_error(&call->reply,
                           "ERR %s cannot be longer than %d bytes.", what,
                           ARG_MAX_TEXT);
    for (size_t k = 0; k < value.len; k++) {
        if (value.data[k] < '!' || value.data[k] > '~')
            return reply_error(&call->reply,
                               "ERR %s cannot contain spaces, newlines or "
                               "special characters.",
                               what);
    }
    free(*text);
    *text = NULL;
    if (value.len > 0) {
        *text = mem_zalloc(1, value.len + 1);
        memcpy(*text, value.data, value.len);
    }
    return true;
}

bool arg_glob(struct call *call, struct slice pattern, struct glob *g)
{
    return glob_compile(g, pattern) ||
           reply_error(&call->reply, "ERR pattern is longer than %d bytes",
                       GLOB_MAX);
}

/* Whether it counts as a hit or a miss depends on the command alone. */
static bool find_typed(struct call *call, size_t i, enum entry_type type,
                       enum book_error error, struct entry **e)
{
    bool reads = call->cmd->flags & (CMD_READ | CMD_READS_TOO);

    *e = reads ? keyspace_read(call->ks, call->args[i])
               : keyspace_find(call->ks, call->args[i]);
    if (!*e || (*e)->type == type)
        return true;
    return reply_book_error(&call->reply, error);
}

bool arg_str(struct call *call, size_t i, struct entry **e)
{
    return find_typed(call, i, ENTRY_STR, BOOK_NOT_STR, e);
}

bool arg_zset(struct call *call, size_t i, struct entry **e)
{
    return find_typed(call, i, ENTRY_ZSET, BOOK_NOT_ZSET, e);
}
