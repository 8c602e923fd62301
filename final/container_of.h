/*
 * container_of: from a node to the structure that it is embedded in.
 *
 *     struct entry { ...; struct hnode node; ... };
 *     struct entry *e = container_of(node, struct entry, node);
 *
 * A data structure that links nodes needs to know nothing of what they are
 * part of, and one thing can be part of several structures at a time.
 */
#ifndef CONTAINER_OF_H
#define CONTAINER_OF_H

#include <stddef.h>

#define container_of(ptr, type, member) \
    ((type *)((char *)(ptr)-offsetof(type, member)))

#endif
