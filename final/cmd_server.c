/*
 * Commands about the server as a whole. CONFIG knows settings only by their
 * number: names, values and what is allowed are config.c's.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "args.h"
#include "command.h"
#include "commands.h"
#include "config.h"
#include "conn.h"
#include "descriptors.h"
#include "glob.h"
#include "number.h"
#include "server.h"

/* dbsize */
void cmd_dbsize(struct call *call)
{
    reply_int(&call->reply, (int64_t)keyspace_size(call->ks));
}

/* flushdb [async|sync], flushall [async|sync]: the pool does it either way */
void cmd_flush(struct call *call)
{
    static const char *const ways[] = {"async", "sync", NULL};

    if (call->nargs > 2 ||
        (call->nargs == 2 && arg_choice(call, 1, ways) < 0)) {
        reply_syntax_error(&call->reply);
        return;
    }
    for (size_t i = 0; i < SERVER_DBS; i++) {
        struct keyspace *ks = &call->server->dbs[i];
        if (call->cmd->how == ALL || ks == call->ks)
            keyspace_flush(ks);
    }
    reply_ok(&call->reply);
}

/* time */
void cmd_time(struct call *call)
{
    struct timespec now;
    char text[NUMBER_MAX_INT];

    clock_gettime(CLOCK_REALTIME, &now);
    reply_arr(&call->reply, 2);
    number_print_int(text, now.tv_sec);
    reply_cstr(&call->reply, text);
    number_print_int(text, now.tv_nsec / 1000);
    reply_cstr(&call->reply, text);
}

/* shutdown [nosave] [now] [force]; save is an error: nothing can be saved */
void cmd_shutdown(struct call *call)
{
    static const char *const ways[] = {"nosave", "now", "force", "save", NULL};
    bool save = false;

    for (size_t i = 1; i < call->nargs; i++) {
        if (arg_choice(call, i, ways) < 0) {
            reply_syntax_error(&call->reply);
            return;
        }
        save |= arg_is(call, i, "save");
    }
    if (save) {
        reply_error(&call->reply, "ERR SHUTDOWN cannot save: there is no "
                                  "persistence. Use SHUTDOWN NOSAVE");
        return;
    }
    if (call->reply.proto == PROTO_BINARY)
        reply_nil(&call->reply); /* Redis just hangs up */
    call->server->stopping = true;
    call->conn->quitting = true;
}

enum { MOST_PATTERNS = 64 }; /* of CONFIG GET; each is tried on all names */

/* Adds the settings that fit args[i], a bit for each. */
static bool ask_for(struct call *call, size_t i, uint64_t *asked)
{
    struct slice pattern = call->args[i];
    uint8_t lower[GLOB_MAX]; /* names have no capitals */
    char text[CONFIG_MAX_TEXT];
    struct glob glob;
    const char *name;

    for (size_t k = 0; k < pattern.len && k < sizeof lower; k++)
        lower[k] = (uint8_t)tolower(pattern.data[k]);
    pattern.data = lower;
    if (!arg_glob(call, pattern, &glob))
        return false;
    for (size_t k = 0; config_get(&call->server->config, k, &name, text); k++) {
        if (glob_match(&glob, slice_of(name)))
            *asked |= (uint64_t)1 << k;
    }
    return true;
}

/* config get pattern ... */
void cmd_config_get(struct call *call)
{
    char text[CONFIG_MAX_TEXT];
    const char *name;
    uint64_t asked = 0;
    size_t n = 0;

    if (call->nargs > 2 + MOST_PATTERNS) {
        reply_error(&call->reply, "ERR CONFIG GET takes at most %d patterns",
                    MOST_PATTERNS);
        return;
    }
    for (size_t i = 2; i < call->nargs; i++) {
        if (!ask_for(call, i, &asked))
            return;
    }
    size_t at = reply_arr_begin(&call->reply);
    for (size_t i = 0; config_get(&call->server->config, i, &name, text); i++) {
        if (asked >> i & 1) {
            reply_pair(&call->reply, name, text);
            n++;
        }
    }
    reply_map_end(&call->reply, at, n);
}

/* Sets all, or only checks them. Returns whether they are right. */
static bool set_all(struct call *call, bool apply)
{
    uint64_t seen = 0;

    for (size_t i = 2; i < call->nargs; i += 2) {
        struct slice name = call->args[i];
        int len = name.len < 64 ? (int)name.len : 64;
        int k = config_find(name);
        if (k < 0)
            return reply_error(&call->reply,
                               "ERR Unknown option or number of arguments for "
                               "CONFIG SET - '%.*s'",
                               len, (const char *)name.data);
        const char *wrong = seen & (uint64_t)1 << k
                                ? "duplicate parameter"
                                : config_set(&call->server->config, k,
                                             call->args[i + 1], apply);
        if (wrong)
            return reply_error(&call->reply,
                               "ERR CONFIG SET failed (possibly related to "
                               "argument '%.*s') - %s",
                               len, (const char *)name.data, wrong);
        seen |= (uint64_t)1 << k;
    }
    return true;
}

/* config set name value ...: all, or none if one is wrong */
void cmd_config_set(struct call *call)
{
    if (call->nargs % 2 == 1) {
        reply_syntax_error(&call->reply);
    } else if (set_all(call, false)) {
        set_all(call, true);
        descriptors_allow((size_t)call->server->config.maxclients);
        reply_ok(&call->reply);
    }
}

/* config resetstat */
void cmd_config_resetstat(struct call *call)
{
    call->server->ncommands = 0;
    call->server->naccepted = 0;
    call->server->nrejected = 0;
    call->server->nerrors = 0;
    for (size_t i = 0; i < SERVER_DBS; i++)
        call->server->dbs[i].hits = call->server->dbs[i].misses = 0;
    reply_ok(&call->reply);
}
