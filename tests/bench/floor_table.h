/*
 * floor_table.h: the least that a table of keys must do. It never grows, holds
 * keys of up to 16 and values of up to 32 bytes, and removes nothing.
 *
 * An entry is one cache line, so a look-up waits for memory twice: for the slot
 * and for the entry. Both can be asked for beforehand.
 */
#ifndef BENCH_FLOOR_TABLE_H
#define BENCH_FLOOR_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { FLOOR_KEY_MOST = 16, FLOOR_VALUE_MOST = 32 };

struct floor_entry {
    uint64_t key[2]; /* with zeros behind it */
    char value[FLOOR_VALUE_MOST];
    uint32_t hash;
    uint32_t next; /* in the chain: an index; 0 ends it */
    uint8_t key_len;
    uint8_t value_len;
    uint8_t room[6]; /* to 64 bytes */
};

struct floor_key {
    uint64_t words[2];
    uint32_t hash;
    uint8_t len;
};

struct floor_table {
    uint32_t *slots; /* indexes of entries; 0: none */
    uint32_t mask;
    struct floor_entry *entries; /* [0] is never used */
    uint32_t used, limit;
};

/* Makes room for that many keys; the system provides memory as it is used. */
void floor_open(struct floor_table *t, uint32_t keys);

/* Returns the key's entry, made if needed; NULL if the table is full. */
struct floor_entry *floor_make(struct floor_table *t,
                               const struct floor_key *k);

/* Mixes the bits of x. */
static inline uint64_t floor_mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0x9e3779b97f4a7c15;
    return x ^ (x >> 29);
}

/* Makes a key of len bytes, at most FLOOR_KEY_MOST. */
static inline struct floor_key floor_key(const char *bytes, size_t len)
{
    struct floor_key k = {{0, 0}, 0, (uint8_t)len};

    if (len == FLOOR_KEY_MOST)
        memcpy(k.words, bytes, FLOOR_KEY_MOST);
    else
        memcpy(k.words, bytes, len);
    k.hash = (uint32_t)floor_mix(floor_mix(k.words[0]) + k.words[1] + len);
    return k;
}

/* Asks the memory for the key's slot; and for its entry, once the slot is
 * there. */
static inline void floor_touch_slot(const struct floor_table *t,
                                    const struct floor_key *k)
{
    __builtin_prefetch(&t->slots[k->hash & t->mask]);
}

static inline void floor_touch_entry(const struct floor_table *t,
                                     const struct floor_key *k)
{
    __builtin_prefetch(&t->entries[t->slots[k->hash & t->mask]], 1);
}

/* Returns the key's entry, or NULL. */
static inline struct floor_entry *floor_find(const struct floor_table *t,
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

#endif
