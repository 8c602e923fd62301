/*
 * config: the settings, from a file, then from the command line, and some from
 * CONFIG SET. To add a setting, add a row to the table in config.c.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

#define CONFIG_VERSION "1.0.0"

enum { CONFIG_MAX_TEXT = 512 }; /* a value and its NUL */

/* From the most to the least that is logged. */
enum log_level { LOG_DEBUG, LOG_VERBOSE, LOG_NOTICE, LOG_WARNING };

/* Texts are in memory of their own and never NULL. */
struct config {
    char *bind;       /* addresses or names, separated by blanks */
    int64_t port;     /* 0: one that is free */
    char *unixsocket; /* a path; "": none */
    int64_t unixsocketperm;
    int64_t timeout;    /* seconds without an event; 0: no limit */
    int64_t io_timeout; /* seconds without progress in mid-message; 0: none */
    int64_t tcp_keepalive; /* seconds until a silent one is asked; 0: never */
    int64_t maxclients;
    int64_t max_request; /* bytes */
    int64_t max_output;  /* bytes that wait for one client to read them */
    char *requirepass;   /* "": none is needed */
    int64_t threads;
    int64_t loglevel; /* an enum log_level */
    char *logfile;    /* "": stderr */
    char *poller;     /* "": the best there is */
    bool exposed;     /* no setting: other machines can reach the server */
};

/* Sets what PORT, the file and the flags say. Ends the program after --help and
 * --version (status 0), or if something makes no sense (status 2). */
void config_init(struct config *c, int argc, char **argv);

void config_free(struct config *c);

/* Returns the index of the setting of that name, or -1. */
int config_find(struct slice name);

/* Sets the i-th setting, if it may change while the server runs; without apply,
 * only checks the value. Returns NULL, or what is wrong with it. */
const char *config_set(struct config *c, int i, struct slice value, bool apply);

/* Stores the name and value of the i-th setting. Returns false if i is too
 * large. */
bool config_get(const struct config *c, size_t i, const char **name,
                char text[CONFIG_MAX_TEXT]);

#endif
