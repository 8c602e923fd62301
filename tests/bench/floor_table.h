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

enum { FLOOR_KEY_MOST = 16, FLOOR_VALUE_MOST = 32 };

struct floor_entry {
    uint64_t key[2]; /* with zeros behind it */
    char value[FLOOR_VALUE_MOST];
    uint32_t hash;
    uint32_t next;   /* in the chain: an index; 0 ends it */
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

/* Makes room for so many keys; the system provides memory as it is used. */
void floor_open(struct floor_table *t, uint32_t keys);

/* Makes a key of len bytes, at most FLOOR_KEY_MOST. */
struct floor_key floor_key(const char *bytes, size_t len);

/* Asks the memory for the key's slot; for its entry, once the slot is there. */
void floor_touch_slot(const struct floor_table *t, const struct floor_key *k);
void floor_touch_entry(const struct floor_table *t, const struct floor_key *k);

/* Returns the key's entry, or NULL. */
struct floor_entry *floor_find(const struct floor_table *t,
                               const struct floor_key *k);

/* Returns the key's entry, made if need be; NULL if the table is full. */
struct floor_entry *floor_make(struct floor_table *t,
                               const struct floor_key *k);

#endif
