/*
 * A setting is a row of a table: its name, type, limits and place in struct
 * config. A value is text, wherever it comes from, and set_value() is the only
 * way in: it checks the text by the row's type and stores the value at the
 * row's place. A later source overrides an earlier one: the initial values,
 * PORT, the file, the flags, and CONFIG SET for rows that may change.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "glob.h"
#include "mem.h"
#include "number.h"
#include "poller.h"

/* The first three are texts; what a type takes is checked in one place. */
enum setting_type {
    TEXT,
    POLLER,
    PASSWORD,
    NUMBER,
    BYTES,
    OCTAL,
    LEVEL,
    FIXED
};

static bool is_text(enum setting_type type)
{
    return type <= PASSWORD;
}

struct setting {
    const char *name;
    enum setting_type type;
    size_t offset;
    int64_t least;
    int64_t most;
    bool changeable; /* while the server runs */
    const char *initial;
    const char *help;
};

#define AT(field) offsetof(struct config, field)

/* A setting of Redis for something that does not exist here. Clients ask for
 * its value or switch it off; switching it on is an error. */
#define WITHOUT(name, value) {name, FIXED, 0, 0, 0, true, value, NULL}

enum { YEAR = 366 * 24 * 3600 };

static const struct setting settings[] = {
    {"bind", TEXT, AT(bind), 0, 0, false, "127.0.0.1",
     "addresses to listen on, separated by blanks; -X: X, if it is here"},
    {"port", NUMBER, AT(port), 0, 65535, false, "1234",
     "0: one that is free. Initially $PORT, if set"},
    {"unixsocket", TEXT, AT(unixsocket), 0, 0, false, "",
     "path of a socket to listen on, too"},
    {"unixsocketperm", OCTAL, AT(unixsocketperm), 0, 0777, false, "700",
     "its mode, in octal"},
    {"timeout", NUMBER, AT(timeout), 0, YEAR, true, "0",
     "seconds until an idle client is closed; 0: never"},
    {"io-timeout", NUMBER, AT(io_timeout), 0, YEAR, true, "60",
     "seconds for a half-sent request or an unread reply; 0: no limit"},
    {"tcp-keepalive", NUMBER, AT(tcp_keepalive), 0, 10000, true, "60",
     "seconds until a silent client is asked if it is still there; 0: never"},
    {"maxclients", NUMBER, AT(maxclients), 1, 1000000, true, "10000",
     "connections at a time"},
    {"max-request", BYTES, AT(max_request), 1024, 1 << 30, true, "64mb",
     "bytes of one request"},
    {"max-output", BYTES, AT(max_output), 1024, (int64_t)1 << 40, true, "1gb",
     "bytes that may wait for one client to read them"},
    {"requirepass", PASSWORD, AT(requirepass), 0, 0, true, "",
     "the password to be said with AUTH"},
    {"threads", NUMBER, AT(threads), 1, 64, false, "4",
     "threads that free what is large"},
    {"loglevel", LEVEL, AT(loglevel), 0, LOG_WARNING, true, "notice",
     "debug, verbose, notice or warning"},
    {"logfile", TEXT, AT(logfile), 0, 0, false, "",
     "where to log; initially stderr"},
    {"poller", POLLER, AT(poller), 0, 0, false, "",
     "epoll, poll or select; initially the best there is"},
    WITHOUT("appendonly", "no"),
    WITHOUT("cluster-enabled", "no"),
    WITHOUT("daemonize", "no"),
    WITHOUT("databases", "16"),
    WITHOUT("maxmemory", "0"),
    WITHOUT("maxmemory-policy", "noeviction"),
    WITHOUT("notify-keyspace-events", ""),
    WITHOUT("save", ""),
    WITHOUT("supervised", "no"),
    WITHOUT("tls-port", "0"),
};

/* Other lines of a redis.conf: they tune what does not exist here, or what is
 * done here anyway. Such a line promises nothing, so it is skipped. */
static const char *const skipped[] = {
    "acllog-*",      "active*",      "always-show-logo",  "aof-*",
    "append*",       "auto-aof-*",   "client-*-buffer-*", "dbfilename",
    "dir",           "disable-thp",  "*hz",               "hash-max-*",
    "hll-*",         "io-threads*",  "jemalloc-*",        "latency-*",
    "lazyfree-*",    "list-*",       "no-appendfsync-*",  "oom-score-*",
    "pidfile",       "proc-title-*", "protected-mode",    "rdb*",
    "repl-*",        "replica-*",    "set-*",             "slowlog-*",
    "stop-writes-*", "stream-*",     "tcp-backlog",       "zset-*",
};

enum { NSETTINGS = sizeof settings / sizeof settings[0] };

/* 100, 100k, 64mb: as Redis writes sizes. */
static bool parse_bytes(const char *text, int64_t *value)
{
    static const struct {
        const char *name;
        int64_t factor;
    } units[] = {
        {"", 1},        {"b", 1},        {"k", 1000},       {"kb", 1024},
        {"m", 1000000}, {"mb", 1 << 20}, {"g", 1000000000}, {"gb", 1 << 30},
    };
    size_t digits = strspn(text, "0123456789");
    struct slice number = {.data = (const uint8_t *)text, .len = digits};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcasecmp(text + digits, units[i].name) == 0 &&
            number_int(number, value) &&
            *value <= INT64_MAX / units[i].factor) {
            *value *= units[i].factor;
            return true;
        }
    }
    return false;
}

static bool parse_octal(const char *text, int64_t *value)
{
    char *end;

    *value = strtol(text, &end, 8);
    return isdigit((unsigned char)text[0]) && *end == '\0';
}

static const char *const levels[] = {
    [LOG_DEBUG] = "debug",
    [LOG_VERBOSE] = "verbose",
    [LOG_NOTICE] = "notice",
    [LOG_WARNING] = "warning",
};

static bool parse_level(const char *text, int64_t *value)
{
    for (*value = 0; *value <= LOG_WARNING; ++*value) {
        if (strcasecmp(text, levels[*value]) == 0)
            return true;
    }
    return false;
}

static bool parse(enum setting_type type, const char *text, int64_t *value)
{
    switch (type) {
    case BYTES:
        return parse_bytes(text, value);
    case OCTAL:
        return parse_octal(text, value);
    case LEVEL:
        return parse_level(text, value);
    default:
        return number_strict_int(slice_of(text), value);
    }
}

/* The errors for a text that is not of that type. */
static const char *const expectations[] = {
    [NUMBER] = "argument couldn't be parsed into an integer",
    [BYTES] = "argument must be a memory value",
    [OCTAL] = "argument couldn't be parsed into an integer",
    [LEVEL] = "argument(s) must be one of the following: debug, verbose, "
              "notice, warning",
};

/* Returns what is wrong with a text of that type, or NULL. */
static const char *check_text(const struct config *c, enum setting_type type,
                              const char *text)
{
    if (type == POLLER && !poller_find(text))
        return "no such poller here";
    if (type == PASSWORD && text[0] == '\0' && c->exposed)
        return "is needed: other machines can reach the server";
    return strlen(text) < CONFIG_MAX_TEXT ? NULL : "is too long";
}

/* Checks a text, and stores it if apply. Returns what is wrong, or NULL. */
static const char *set_text(struct config *c, const struct setting *s,
                            const char *text, bool apply)
{
    char **at = (char **)((char *)c + s->offset);
    size_t size = strlen(text) + 1;
    const char *wrong = check_text(c, s->type, text);

    if (!wrong && apply) {
        free(*at);
        *at = memcpy(mem_alloc(size), text, size);
    }
    return wrong;
}

/* The same for a setting of any type. CONFIG SET checks all its values before
 * it stores the first, which is what apply is for. */
static const char *set_value(struct config *c, const struct setting *s,
                             const char *text, bool apply)
{
    static char range[80];
    int64_t value = 0;

    if (is_text(s->type))
        return set_text(c, s, text, apply);
    if (s->type == FIXED) {
        snprintf(range, sizeof range, "not supported; the only value is '%s'",
                 s->initial);
        return strcasecmp(text, s->initial) == 0 ? NULL : range;
    }
    if (!parse(s->type, text, &value))
        return expectations[s->type];
    if (value < s->least || value > s->most) {
        snprintf(range, sizeof range,
                 s->type == OCTAL
                     ? "argument must be between %llo and %llo inclusive"
                     : "argument must be between %lld and %lld inclusive",
                 (long long)s->least, (long long)s->most);
        return range;
    }
    if (apply)
        *(int64_t *)((char *)c + s->offset) = value;
    return NULL;
}

int config_find(struct slice name)
{
    for (int i = 0; i < NSETTINGS; i++) {
        if (strlen(settings[i].name) == name.len &&
            strncasecmp(settings[i].name, (const char *)name.data, name.len) ==
                0)
            return i;
    }
    return -1;
}

const char *config_set(struct config *c, int i, struct slice value, bool apply)
{
    char text[CONFIG_MAX_TEXT];

    if (!settings[i].changeable)
        return "can't set immutable config";
    if (value.len >= sizeof text || memchr(value.data, '\0', value.len))
        return "is too long, or has a NUL in it";
    memcpy(text, value.data, value.len);
    text[value.len] = '\0';
    return set_value(c, &settings[i], text, apply);
}

bool config_get(const struct config *c, size_t i, const char **name,
                char text[CONFIG_MAX_TEXT])
{
    if (i >= NSETTINGS)
        return false;
    const struct setting *s = &settings[i];
    const void *at = (const char *)c + s->offset;
    *name = s->name;
    if (s->type == FIXED)
        snprintf(text, CONFIG_MAX_TEXT, "%s", s->initial);
    else if (is_text(s->type))
        snprintf(text, CONFIG_MAX_TEXT, "%s", *(char *const *)at);
    else if (s->type == LEVEL)
        snprintf(text, CONFIG_MAX_TEXT, "%s", levels[*(const int64_t *)at]);
    else
        snprintf(text, CONFIG_MAX_TEXT, s->type == OCTAL ? "%llo" : "%llu",
                 (unsigned long long)*(const int64_t *)at);
    return true;
}

void config_free(struct config *c)
{
    for (size_t i = 0; i < NSETTINGS; i++) {
        if (is_text(settings[i].type))
            free(*(char **)((char *)c + settings[i].offset));
    }
}

/* Ends the program: the settings make no sense. */
static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "server: %s: %s\n", what, why);
    exit(2);
}

static void help(void)
{
    printf("usage: server [FILE] [--SETTING VALUE]...\n\n"
           "FILE has lines of the form: SETTING VALUE. The settings, and what "
           "they are initially:\n\n");
    for (size_t i = 0; i < NSETTINGS && settings[i].type != FIXED; i++)
        printf("  %-15s %-10s %s\n", settings[i].name, settings[i].initial,
               settings[i].help);
    printf("\nSIGINT and SIGTERM end the server, with status 0.\n");
}

static bool is_skipped(const char *name)
{
    struct glob glob;

    for (size_t i = 0; i < sizeof skipped / sizeof skipped[0]; i++) {
        if (glob_compile(&glob, slice_of(skipped[i])) &&
            glob_match(&glob, slice_of(name)))
            return true;
    }
    return false;
}

/* At the start any setting can be set, and a wrong value ends the program. */
static void apply(struct config *c, const char *where, const char *name,
                  const char *text)
{
    int i = config_find(slice_of(name));
    const char *wrong =
        i < 0 ? "no such setting" : set_value(c, &settings[i], text, true);

    if (i < 0 && is_skipped(name))
        return;
    if (wrong) {
        fprintf(stderr, "server: %s: %s '%s': %s\n", where, name, text, wrong);
        exit(2);
    }
}

/* A line is: name, blanks, value; with quotes around the value if it begins
 * or ends with blanks. */
static void apply_line(struct config *c, const char *where, char *line)
{
    char *name = line + strspn(line, " \t\r\n");
    size_t name_len = strcspn(name, " \t\r\n");
    char *value = name + name_len + strspn(name + name_len, " \t\r\n");
    size_t len = strlen(value);

    if (name[0] == '\0' || name[0] == '#')
        return;
    while (len > 0 && isspace((unsigned char)value[len - 1]))
        value[--len] = '\0';
    if (len >= 2 && strchr("\"'", value[0]) && value[len - 1] == value[0]) {
        value[len - 1] = '\0';
        value++;
    }
    name[name_len] = '\0';
    apply(c, where, name, value);
}

static void read_file(struct config *c, const char *path)
{
    char line[1024];
    char where[1100];
    FILE *file = fopen(path, "r");

    snprintf(where, sizeof where, "%.1000s", path);
    if (!file)
        give_up(where, strerror(errno));
    for (int n = 1; fgets(line, sizeof line, file); n++) {
        snprintf(where, sizeof where, "%.1000s:%d", path, n);
        if (!strchr(line, '\n') && !feof(file))
            give_up(where, "the line is too long, or has a NUL in it");
        apply_line(c, where, line);
    }
    if (ferror(file))
        give_up(where, strerror(errno));
    fclose(file);
}

static void read_flags(struct config *c, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool is_flag = strncmp(argv[i], "--", 2) == 0;
        if (i == 1 && !is_flag) {
            read_file(c, argv[i]);
        } else if (is_flag && i + 1 < argc) {
            apply(c, "the command line", argv[i] + 2, argv[i + 1]);
            i++;
        } else {
            give_up(argv[i], "makes no sense here; see --help");
        }
    }
}

void config_init(struct config *c, int argc, char **argv)
{
    const char *port = getenv("PORT");

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        help();
        exit(0);
    }
    if (argc == 2 &&
        (strcmp(argv[1], "-v") == 0 || strcmp(argv[1], "--version") == 0)) {
        printf("server %s\n", CONFIG_VERSION);
        exit(0);
    }
    for (size_t i = 0; i < NSETTINGS; i++)
        set_value(c, &settings[i], settings[i].initial, true);
    if (port)
        apply(c, "PORT", "port", port);
    read_flags(c, argc, argv);
}
