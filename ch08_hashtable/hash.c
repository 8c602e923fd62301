/*
 * The bytes go in one after another. Each changes the sum, and the product
 * after it carries the change into the bits above.
 */
#include "hash.h"

/* A sum and a product a byte, in the manner of the hash that is called FNV.
 * LIMIT: everybody can compute it. Two blocks that collide do so wherever they
 * stand in a key, so it is easy to make keys that all have one hash code. With
 * those, every lookup is a walk along one chain. */
uint64_t hash_bytes(struct slice bytes)
{
    uint32_t h = 0x811C9DC5;

    for (size_t i = 0; i < bytes.len; i++)
        h = (h + bytes.data[i]) * 0x01000193;
    return h;
}
