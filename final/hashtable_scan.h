/*
 * hashtable_scan: nodes of a table a few at a time, while it changes.
 */
#ifndef HASHTABLE_SCAN_H
#define HASHTABLE_SCAN_H

#include <stddef.h>

#include "hashtable.h"

/* Visits some of the nodes. Begin with cursor 0 and go on with the one that is
 * returned until that is 0. A node that is there all the time is visited at
 * least once, whatever is inserted and deleted meanwhile, and however the
 * table grows and shrinks; one may be visited twice. */
size_t hmap_scan(const struct hmap *m, size_t cursor, hmap_visit *visit,
                 void *arg);

#endif
