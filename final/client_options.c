/*
 * Options with a value and switches without one are two lists of names to
 * compare with. The first word that does not begin with - ends them, because
 * what follows is the request, and may look like an option.
 */
#include "client_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void help(void)
{
    printf(
        "usage: client [OPTION]... [CMD [ARG]...]\n\n"
        "  -h HOST      name or address of the server, initially 127.0.0.1\n"
        "  -p PORT      its port, initially $PORT or 1234\n"
        "  -s PATH      or the path of its socket\n"
        "  -a PASSWORD  say it first\n"
        "  -x           stdin, whole, is one more argument\n"
        "  --resp       speak RESP, the protocol of Redis, not binary\n"
        "  --pretty     print RESP replies for people, also into a file\n"
        "  --repeat N   send the request N times\n"
        "  --latency    measure how long a PING takes, N times or until ^C\n\n"
        "Without CMD, requests are read from stdin, a line each: words, with "
        "quotes around\nthose that have blanks, and \"\\x00\" for any byte. "
        "On a terminal, the arrow keys\nget earlier lines, `help` tells how "
        "to type a request, and ^D or quit ends it.\n\n"
        "Exit status: 0 after replies, 1 if one was an error or did not come, "
        "2 for wrong use.\n");
    exit(0);
}

static void wrong(const char *what, const char *arg)
{
    fprintf(stderr, "client: %s '%s'; see --help\n", what, arg);
    exit(2);
}

static void check_port(const char *text)
{
    unsigned port;
    char rest;

    if (sscanf(text, "%5u%c", &port, &rest) != 1 || port < 1 || port > 65535) {
        fprintf(stderr, "client: PORT must be 1 to 65535, not '%s'\n", text);
        exit(2);
    }
}

/* Sets an option with a value. Returns false if there is no such option. */
static bool set_value(struct options *o, const char *name, const char *value)
{
    char rest;

    if (strcmp(name, "-h") == 0)
        o->host = value;
    else if (strcmp(name, "-s") == 0)
        o->path = value;
    else if (strcmp(name, "-p") == 0)
        o->port = value;
    else if (strcmp(name, "-a") == 0)
        o->password = value;
    else if (strcmp(name, "--repeat") != 0)
        return false;
    else if (sscanf(value, "%ld%c", &o->repeat, &rest) != 1 || o->repeat < 1)
        wrong("not a number of times:", value);
    return true;
}

static bool set_switch(struct options *o, const char *name)
{
    if (strcmp(name, "-x") == 0)
        o->from_stdin = true;
    else if (strcmp(name, "--resp") == 0)
        o->resp = true;
    else if (strcmp(name, "--pretty") == 0)
        o->pretty = true;
    else if (strcmp(name, "--latency") == 0)
        o->latency = true;
    else
        return false;
    return true;
}

int options_parse(struct options *o, int argc, char **argv)
{
    const char *port = getenv("PORT");
    int i = 1;

    *o = (struct options){
        .host = "127.0.0.1",
        .port = port ? port : "1234",
        .pretty = isatty(STDOUT_FILENO),
    };
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--help") == 0)
            help();
        if (set_switch(o, argv[i]))
            continue;
        if (i + 1 == argc)
            wrong("there is no such option, or it wants a value:", argv[i]);
        if (!set_value(o, argv[i], argv[i + 1]))
            wrong("there is no such option:", argv[i]);
        i++;
    }
    if (!o->path)
        check_port(o->port);
    return i;
}
