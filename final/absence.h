/*
 * absence: keys that somebody relies on not being there (WATCH of a key that
 * is missing). That such a key has come is seen even if it has gone again.
 *
 * Always true: an absence is in its keyspace's map from absence_begin() until
 * its key is added or absence_forget() is called.
 */
#ifndef ABSENCE_H
#define ABSENCE_H

#include <stdbool.h>

#include "hashtable.h"
#include "slice.h"

struct absence {
    struct hnode node;
    struct slice key;
    const void *owner; /* who relies on it */
    bool ended;        /* the key has been there since */
};

/* From now on the key is looked out for. Returns false where it is already,
 * for the same owner. */
bool absence_begin(struct hmap *absences, struct absence *a);

void absence_forget(struct hmap *absences, struct absence *a);

/* A key is added: ends all absences of it. O(1) for those of other keys. */
void absence_end(struct hmap *absences, struct slice key, uint64_t hcode);

#endif
