/*
 * A chained table. Slots are 4 bytes, so that more of them are in the cache.
 * The functions that are called for each request are in the header.
 */
#include "floor_table.h"

#include <string.h>
#include <sys/mman.h>

#include "common.h"

/* Large pages need fewer steps from an address to the memory. */
static void *map(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        die_errno("mmap");
    madvise(p, size, MADV_HUGEPAGE); /* a hint: the system may ignore it */
    return p;
}

void floor_open(struct floor_table *t, uint32_t keys)
{
    uint32_t nslots = 1024;

    while (nslots < keys && nslots < UINT32_C(1) << 30)
        nslots *= 2;
    t->slots = map(nslots * sizeof(*t->slots));
    t->mask = nslots - 1;
    t->entries = map(((size_t)keys + 1) * sizeof(*t->entries));
    t->used = 0;
    t->limit = keys;
}

struct floor_entry *floor_make(struct floor_table *t, const struct floor_key *k)
{
    uint32_t *slot = &t->slots[k->hash & t->mask];
    struct floor_entry *e = floor_find(t, k);

    if (e || t->used == t->limit)
        return e;
    e = &t->entries[++t->used];
    memcpy(e->key, k->words, sizeof(e->key));
    e->key_len = k->len;
    e->value_len = 0;
    e->hash = k->hash;
    e->next = *slot;
    *slot = t->used;
    return e;
}
