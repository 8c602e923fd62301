/*
 * address.h: where a server is, in one word: HOST:PORT, or the path of a Unix
 * domain socket, which has a slash in it.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>

struct address {
    const char *text; /* as it was given; borrowed */
    char host[256];   /* "": it is a path */
    char port[8];
};

/* Takes the text apart. Returns false if it is neither. */
bool address_parse(struct address *a, const char *text);

/* Returns a blocking socket, or -1. */
int address_connect(const struct address *a);

#endif
