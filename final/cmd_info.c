/*
 * INFO: what client libraries look for at first, and tools and people later. A
 * section is a function, and a field is a line in it, named as in Redis.
 */
#include <unistd.h>

#include "args.h"
#include "command.h"
#include "commands.h"
#include "server.h"
#include "text.h"
#include "usage.h"

typedef unsigned long long count; /* what %llu prints */

static void server_section(struct server *s, struct buf *text)
{
    uint64_t seconds = (s->now_ms - s->started_ms) / 1000;

    text_add(text, "redis_version:%s\r\n", SERVER_REDIS_VERSION);
    text_add(text, "redis_mode:standalone\r\n");
    text_add(text, "server_version:%s\r\n", CONFIG_VERSION);
    text_add(text, "multiplexing_api:%s\r\n", s->backend->name);
    text_add(text, "process_id:%ld\r\n", (long)getpid());
    text_add(text, "tcp_port:%lld\r\n", (long long)s->config.port);
    text_add(text, "uptime_in_seconds:%llu\r\n", (count)seconds);
    text_add(text, "uptime_in_days:%llu\r\n", (count)seconds / (24 * 3600));
}

static void clients_section(struct server *s, struct buf *text)
{
    text_add(text, "connected_clients:%zu\r\n", s->nconns);
    text_add(text, "maxclients:%lld\r\n", (long long)s->config.maxclients);
    text_add(text, "blocked_clients:%zu\r\n", s->nwaiting);
}

/* Adds a size for people: 512B, 1.50K, 12.25M. */
static void add_human(struct buf *text, const char *name, uint64_t bytes)
{
    static const char units[] = "BKMGT";
    double n = (double)bytes;
    size_t unit = 0;

    for (; n >= 1024 && units[unit + 1]; unit++)
        n /= 1024;
    text_add(text, unit == 0 ? "%s:%.0f%c\r\n" : "%s:%.2f%c\r\n", name, n,
             units[unit]);
}

/* Large values that wait for the pool to free them. */
static size_t pending(struct thread_pool *p)
{
    pthread_mutex_lock(&p->mutex);
    size_t n = p->nqueued;
    pthread_mutex_unlock(&p->mutex);
    return n;
}

static void memory_section(struct server *s, struct buf *text)
{
    struct usage usage;

    usage_read(&usage);
    text_add(text, "used_memory:%llu\r\n", (count)usage.memory);
    add_human(text, "used_memory_human", usage.memory);
    text_add(text, "used_memory_rss:%llu\r\n", (count)usage.memory);
    add_human(text, "used_memory_rss_human", usage.memory);
    text_add(text, "used_memory_peak:%llu\r\n", (count)usage.memory_peak);
    add_human(text, "used_memory_peak_human", usage.memory_peak);
    text_add(text, "maxmemory:0\r\n");
    add_human(text, "maxmemory_human", 0);
    text_add(text, "maxmemory_policy:noeviction\r\n");
    text_add(text, "lazyfree_pending_objects:%zu\r\n", pending(&s->pool));
}

static void persistence_section(struct server *s, struct buf *text)
{
    (void)s;
    text_add(text, "loading:0\r\n");
    text_add(text, "rdb_bgsave_in_progress:0\r\n");
    text_add(text, "aof_enabled:0\r\n");
}

static void stats_section(struct server *s, struct buf *text)
{
    uint64_t hits = 0;
    uint64_t misses = 0;

    for (size_t i = 0; i < SERVER_DBS; i++) {
        hits += s->dbs[i].hits;
        misses += s->dbs[i].misses;
    }
    text_add(text, "total_connections_received:%llu\r\n", (count)s->naccepted);
    text_add(text, "total_commands_processed:%llu\r\n", (count)s->ncommands);
    text_add(text, "rejected_connections:%llu\r\n", (count)s->nrejected);
    text_add(text, "keyspace_hits:%llu\r\n", (count)hits);
    text_add(text, "keyspace_misses:%llu\r\n", (count)misses);
    text_add(text, "total_error_replies:%llu\r\n", (count)s->nerrors);
}

static void replication_section(struct server *s, struct buf *text)
{
    (void)s;
    text_add(text, "role:master\r\n");
    text_add(text, "connected_slaves:0\r\n");
}

/* Adds a time as a number of seconds. */
static void add_time(struct buf *text, const char *name, uint64_t us)
{
    text_add(text, "%s:%llu.%06llu\r\n", name, (count)us / 1000000,
             (count)us % 1000000);
}

static void cpu_section(struct server *s, struct buf *text)
{
    struct usage usage;

    (void)s;
    usage_read(&usage);
    add_time(text, "used_cpu_sys", usage.system_us);
    add_time(text, "used_cpu_user", usage.user_us);
}

static void keyspace_section(struct server *s, struct buf *text)
{
    for (size_t i = 0; i < SERVER_DBS; i++) {
        if (keyspace_size(&s->dbs[i]) > 0)
            text_add(text, "db%zu:keys=%zu,expires=%zu,avg_ttl=0\r\n", i,
                     keyspace_size(&s->dbs[i]), s->dbs[i].expiries.size);
    }
}

static const struct {
    const char *name;
    void (*add)(struct server *s, struct buf *text);
} sections[] = {
    {"Server", server_section},
    {"Clients", clients_section},
    {"Memory", memory_section},
    {"Persistence", persistence_section},
    {"Stats", stats_section},
    {"Replication", replication_section},
    {"CPU", cpu_section},
    {"Keyspace", keyspace_section},
};

static bool is_wanted(const struct call *call, const char *section)
{
    static const char *const all[] = {"all", "default", "everything", NULL};
    bool wanted = call->nargs == 1;

    for (size_t i = 1; i < call->nargs; i++)
        wanted |= arg_is(call, i, section) || arg_choice(call, i, all) >= 0;
    return wanted;
}

/* info [section ...] */
void cmd_info(struct call *call)
{
    struct buf text = {0};

    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (!is_wanted(call, sections[i].name))
            continue;
        text_add(&text, "%s# %s\r\n", buf_size(&text) > 0 ? "\r\n" : "",
                 sections[i].name);
        sections[i].add(call->server, &text);
    }
    reply_buf(&call->reply, &text);
}
