/*
 * The entries are a linked list. find_link() returns the pointer that leads to
 * an entry, not the entry, so the first one is taken out like any other.
 */
#include "keyspace.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct slice entry_key(const struct entry *e)
{
    return (struct slice){.data = e->key, .len = e->key_len};
}

static void entry_free(struct entry *e)
{
    free(e->val);
    free(e);
}

/* Returns the pointer that points at the entry with that key, or at the end.
 * With its address at hand, the entry behind it can be taken out without a
 * special case for the first one.
 * LIMIT: a walk along the list costs time in proportion to all keys. */
static struct entry **find_link(struct keyspace *ks, struct slice key)
{
    struct entry **link = &ks->first;

    while (*link && !slice_eq(entry_key(*link), key))
        link = &(*link)->next;
    return link;
}

struct entry *keyspace_find(struct keyspace *ks, struct slice key)
{
    return *find_link(ks, key);
}

struct entry *keyspace_add(struct keyspace *ks, struct slice key)
{
    struct entry *e = mem_zalloc(1, sizeof *e + key.len);

    memcpy(e->key, key.data, key.len);
    e->key_len = key.len;
    e->next = ks->first;
    ks->first = e;
    return e;
}

bool keyspace_del(struct keyspace *ks, struct slice key)
{
    struct entry **link = find_link(ks, key);
    struct entry *e = *link;

    if (!e)
        return false;
    *link = e->next;
    entry_free(e);
    return true;
}

void keyspace_clear(struct keyspace *ks)
{
    while (ks->first) {
        struct entry *e = ks->first;
        ks->first = e->next;
        entry_free(e);
    }
}

struct slice entry_str(const struct entry *e)
{
    return (struct slice){.data = e->val, .len = e->val_len};
}

void entry_set_str(struct entry *e, struct slice val)
{
    e->val = mem_resize(e->val, val.len ? val.len : 1);
    memcpy(e->val, val.data, val.len);
    e->val_len = val.len;
}
