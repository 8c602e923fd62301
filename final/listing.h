/*
 * listing: a reply that lists keys: those which fit a pattern and a type.
 */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "hashtable.h"
#include "keyspace.h"
#include "reply.h"

struct listing {
    struct reply *reply;
    const struct keyspace *ks;
    const struct slice *pattern; /* NULL: all keys */
    const struct slice *type;    /* NULL: all types */
    size_t n;
};

/* Replies the node's key if it fits. For hmap_foreach() and hmap_scan(): arg
 * is the listing. */
bool listing_visit(struct hnode *node, void *arg);

/* The name of an entry's type; "none" for NULL. */
const char *listing_type(const struct entry *e);

#endif
