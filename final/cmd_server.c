/*
 * Commands about the server as a whole.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "blocking.h"
#include "command.h"
#include "commands.h"
#include "config.h"
#include "conn.h"
#include "glob.h"
#include "number.h"
#include "server.h"

/* dbsize */
void cmd_dbsize(struct call *call)
{
    reply_int(&call->reply, (int64_t)keyspace_size(call->ks));
}

/* Is there nothing behind the name, or just how it is to be done? */
static bool check_flush(struct call *call)
{
    if (call->nargs == 1 || (call->nargs == 2 && (arg_is(call, 1, "async") ||
                                                  arg_is(call, 1, "sync"))))
        return true;
    reply_syntax_error(&call->reply);
    return false;
}

/* flushdb [async|sync]: either way the pool does the work */
void cmd_flushdb(struct call *call)
{
    if (!check_flush(call))
        return;
    keyspace_flush(call->ks);
    reply_ok(&call->reply);
}

/* flushall [async|sync] */
void cmd_flushall(struct call *call)
{
    if (!check_flush(call))
        return;
    for (size_t i = 0; i < SERVER_DBS; i++)
        keyspace_flush(&call->server->dbs[i]);
    reply_ok(&call->reply);
}

/* swapdb db db */
void cmd_swapdb(struct call *call)
{
    struct keyspace *dbs = call->server->dbs;
    int64_t a;
    int64_t b;

    if (!number_strict_int(call->args[1], &a)) {
        reply_error(&call->reply, "ERR invalid first DB index");
    } else if (!number_strict_int(call->args[2], &b)) {
        reply_error(&call->reply, "ERR invalid second DB index");
    } else if (a < 0 || a >= SERVER_DBS || b < 0 || b >= SERVER_DBS) {
        reply_error(&call->reply, "ERR DB index is out of range");
    } else {
        keyspace_swap(&dbs[a], &dbs[b]);
        wait_signal(call->server);
        reply_ok(&call->reply);
    }
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

/* shutdown [nosave|save|now|force]: there is nothing to be saved */
void cmd_shutdown(struct call *call)
{
    call->server->stopping = true;
    call->conn->quitting = true;
}

#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static void
say(struct buf *text, const char *format, ...)
{
    char line[256];
    va_list args;

    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n > 0)
        buf_append(text, line, strlen(line));
}

static void info_server(struct call *call, struct buf *text)
{
    const struct server *s = call->server;

    say(text, "redis_version:%s\r\n", SERVER_REDIS_VERSION);
    say(text, "redis_mode:standalone\r\n");
    say(text, "server_version:%s\r\n", CONFIG_VERSION);
    say(text, "multiplexing_api:%s\r\n", s->backend->name);
    say(text, "process_id:%ld\r\n", (long)getpid());
    say(text, "tcp_port:%lld\r\n", (long long)s->config.port);
    say(text, "uptime_in_seconds:%llu\r\n",
        (unsigned long long)(s->now_ms - s->started_ms) / 1000);
}

static void info_clients(struct call *call, struct buf *text)
{
    size_t nblocked = 0;

    for (const struct list *l = call->server->waiting.next;
         l != &call->server->waiting; l = l->next)
        nblocked++;
    say(text, "connected_clients:%zu\r\n", call->server->nconns);
    say(text, "maxclients:%lld\r\n",
        (long long)call->server->config.maxclients);
    say(text, "blocked_clients:%zu\r\n", nblocked);
}

static void info_memory(struct call *call, struct buf *text)
{
    struct rusage usage;

    (void)call;
    getrusage(RUSAGE_SELF, &usage);
    say(text, "used_memory_peak:%lld\r\n", (long long)usage.ru_maxrss * 1024);
    say(text, "maxmemory:0\r\n");
}

static void info_persistence(struct call *call, struct buf *text)
{
    (void)call;
    say(text, "loading:0\r\n");
    say(text, "rdb_bgsave_in_progress:0\r\n");
    say(text, "aof_enabled:0\r\n");
}

static void info_stats(struct call *call, struct buf *text)
{
    const struct server *s = call->server;

    say(text, "total_connections_received:%llu\r\n",
        (unsigned long long)s->naccepted);
    say(text, "total_commands_processed:%llu\r\n",
        (unsigned long long)s->ncommands);
    say(text, "rejected_connections:%llu\r\n",
        (unsigned long long)s->nrejected);
}

static void info_replication(struct call *call, struct buf *text)
{
    (void)call;
    say(text, "role:master\r\n");
    say(text, "connected_slaves:0\r\n");
}

static void info_keyspace(struct call *call, struct buf *text)
{
    for (size_t i = 0; i < SERVER_DBS; i++) {
        const struct keyspace *ks = &call->server->dbs[i];
        if (keyspace_size(ks) > 0)
            say(text, "db%zu:keys=%zu,expires=%zu,avg_ttl=0\r\n", i,
                keyspace_size(ks), ks->expiries.size);
    }
}

static const struct {
    const char *name;
    void (*run)(struct call *call, struct buf *text);
} sections[] = {
    {"Server", info_server},     {"Clients", info_clients},
    {"Memory", info_memory},     {"Persistence", info_persistence},
    {"Stats", info_stats},       {"Replication", info_replication},
    {"Keyspace", info_keyspace},
};

/* info [section ...] */
void cmd_info(struct call *call)
{
    struct buf text = {0};

    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        bool wanted = call->nargs == 1;
        for (size_t j = 1; j < call->nargs; j++)
            wanted |= arg_is(call, j, sections[i].name) ||
                      arg_is(call, j, "all") || arg_is(call, j, "default") ||
                      arg_is(call, j, "everything");
        if (!wanted)
            continue;
        say(&text, "%s# %s\r\n", buf_size(&text) ? "\r\n" : "",
            sections[i].name);
        sections[i].run(call, &text);
    }
    reply_text(&call->reply,
               (struct slice){.data = buf_data(&text), .len = buf_size(&text)});
    buf_free(&text);
}

/* What clients ask for though it cannot be set here. */
static const char *const constants[][2] = {
    {"appendonly", "no"},
    {"databases", "16"},
    {"maxmemory", "0"},
    {"save", ""},
    {"maxmemory-policy", "noeviction"},
};

static bool is_asked_for(const struct call *call, const char *name)
{
    char lower[64]; /* no name is longer, and names have no capitals */

    for (size_t i = 2; i < call->nargs; i++) {
        struct slice p = call->args[i];
        for (size_t j = 0; j < p.len && p.len <= sizeof lower; j++)
            lower[j] = (char)tolower(p.data[j]);
        if (p.len <= sizeof lower)
            p.data = (const uint8_t *)lower;
        if (glob_match(p, slice_of(name)))
            return true;
    }
    return false;
}

/* config get pattern ... */
void cmd_config_get(struct call *call)
{
    struct reply list = {.proto = call->reply.proto};
    struct buf values = {0};
    const char *name;
    bool changeable;
    char *text;
    size_t n = 0;

    list.out = &values;
    for (size_t i = 0;
         (text = config_get(&call->server->config, i, &name, &changeable));
         i++) {
        if (is_asked_for(call, name)) {
            reply_cstr(&list, name);
            reply_cstr(&list, text);
            n++;
        }
        free(text);
    }
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (is_asked_for(call, constants[i][0])) {
            reply_cstr(&list, constants[i][0]);
            reply_cstr(&list, constants[i][1]);
            n++;
        }
    }
    reply_map(&call->reply, n);
    reply_raw(&call->reply, buf_data(&values), buf_size(&values));
    buf_free(&values);
}

static bool is_changeable(const struct config *c, const char *wanted)
{
    const char *name;
    bool changeable;
    char *text;

    for (size_t i = 0; (text = config_get(c, i, &name, &changeable)); i++) {
        free(text);
        if (strcmp(name, wanted) == 0)
            return changeable;
    }
    return false;
}

/* config set name value */
void cmd_config_set(struct call *call)
{
    char name[64];
    char value[512];

    for (size_t i = 2; i + 1 < call->nargs; i += 2) {
        snprintf(name, sizeof name, "%.*s", (int)call->args[i].len,
                 (const char *)call->args[i].data);
        snprintf(value, sizeof value, "%.*s", (int)call->args[i + 1].len,
                 (const char *)call->args[i + 1].data);
        const char *wrong = "no such setting, or not while the server runs";
        if (call->args[i + 1].len >= sizeof value)
            wrong = "too long";
        else if (is_changeable(&call->server->config, name))
            wrong = config_set(&call->server->config, name, value);
        else if (is_asked_for(call, "save") || is_asked_for(call, "appendonly"))
            wrong = NULL; /* benchmarks turn off what is not there */
        if (wrong) {
            reply_error(&call->reply,
                        "ERR CONFIG SET failed (possibly related "
                        "to argument '%s') - %s",
                        name, wrong);
            return;
        }
    }
    if (call->nargs % 2 == 1)
        reply_syntax_error(&call->reply);
    else
        reply_ok(&call->reply);
}

/* config resetstat */
void cmd_config_resetstat(struct call *call)
{
    call->server->ncommands = 0;
    call->server->naccepted = 0;
    call->server->nrejected = 0;
    reply_ok(&call->reply);
}

/* memory usage key [samples n]: what it takes, roughly */
void cmd_memory_usage(struct call *call)
{
    const struct entry *e = keyspace_find(call->ks, call->args[2]);
    int64_t nsamples;

    if (call->nargs == 5 && arg_is(call, 3, "samples") &&
        !number_strict_int(call->args[4], &nsamples))
        reply_not_int(&call->reply);
    else if (call->nargs > 3 &&
             !(call->nargs == 5 && arg_is(call, 3, "samples") && nsamples >= 0))
        reply_syntax_error(&call->reply);
    else if (!e)
        reply_nil(&call->reply);
    else
        reply_int(&call->reply,
                  (int64_t)(sizeof *e + e->key_len + e->val_len +
                            (e->zset ? sizeof *e->zset +
                                           zset_size(e->zset) *
                                               (sizeof(struct znode) + 32)
                                     : 0)));
}

/* object encoding key: in the words of Redis, for tools that ask */
void cmd_object_encoding(struct call *call)
{
    const struct entry *e = keyspace_find(call->ks, call->args[2]);
    int64_t n;

    if (!e)
        reply_nil(&call->reply);
    else if (e->type == ENTRY_ZSET)
        reply_cstr(&call->reply, "skiplist");
    else if (number_strict_int(entry_str(e), &n))
        reply_cstr(&call->reply, "int");
    else
        reply_cstr(&call->reply, e->val_len <= 44 ? "embstr" : "raw");
}

/* object refcount|idletime key */
void cmd_object_zero(struct call *call)
{
    if (keyspace_find(call->ks, call->args[2]))
        reply_int(&call->reply, arg_is(call, 1, "refcount"));
    else
        reply_nil(&call->reply);
}

/* slowlog get: nothing is recorded */
void cmd_slowlog_get(struct call *call)
{
    reply_arr(&call->reply, 0);
}

/* slowlog len */
void cmd_zero(struct call *call)
{
    reply_int(&call->reply, 0);
}
