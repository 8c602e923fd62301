/*
 * A chained table. Slots are 4 bytes, so that more of them are in the cache.
 */
#include "floor_table.h"

#include <string.h>
#include <sys/mman.h>

#include "common.h"

static void *map(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        die_errno("mmap");
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

static uint64_t mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0x9e3779b97f4a7c15;
    return x ^ (x >> 29);
}

struct floor_key floor_key(const char *bytes, size_t len)
{
    struct floor_key k = {{0, 0}, 0, (uint8_t)len};

    if (len == FLOOR_KEY_MOST)
        memcpy(k.words, bytes, FLOOR_KEY_MOST);
    else
        memcpy(k.words, bytes, len);
    k.hash = (uint32_t)mix(mix(k.words[0]) + k.words[1] + len);
    return k;
}

void floor_touch_slot(const struct floor_table *t, const struct floor_key *k)
{
    __builtin_prefetch(&t->slots[k->hash & t->mask]);
}

void floor_touch_entry(const struct floor_table *t, const struct floor_key *k)
{
    __builtin_prefetch(&t->entries[t->slots[k->hash & t->mask]], 1);
}

struct floor_entry *floor_find(const struct floor_table *t,
                               const struct floor_key *k)
{
    uint32_t i = t->slots[k->hash & t->mask];

    for (; i != 0; i = t->entries[i].next) {
        struct floor_entry *e = &t->entries[i];
        if (e->hash == k->hash && e->key_len == k->len &&
            e->key[0] == k->words[0] && e->key[1] == k->words[1])
            return e;
    }
    return NULL;
}

struct floor_entry *floor_make(struct floor_table *t,
                               const struct floor_key *k)
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
