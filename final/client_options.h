/*
 * client_options: what the command line says, up to the request itself.
 */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdbool.h>

struct options {
    const char *host;
    const char *port;
    const char *path;     /* of a socket, in place of these two; or NULL */
    const char *password; /* NULL: none */
    bool resp;            /* not binary */
    bool pretty;          /* RESP replies with types and quotes, for people */
    bool from_stdin;      /* stdin is one more argument */
    bool latency;
    long repeat; /* how many times; 0: not given */
};

/* Returns the index of the first argument that is not an option. Ends the
 * program after --help (status 0), or if something makes no sense (status 2).
 */
int options_parse(struct options *o, int argc, char **argv);

#endif
