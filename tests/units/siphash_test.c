/*
 * hash.h of the directory under test, where hash_bytes() is SipHash-1-3. Before
 * hash_seed() its key is zero, and for that key the hashes of the bytes 0, 1,
 * 2 ... are known. Python computes the same ones:
 *
 *     PYTHONHASHSEED=0 python3 -c 'print(hex(hash(bytes(range(9))) % 2**64))'
 *
 * After hash_seed() they differ.
 */
#include "hash.h"

#include <inttypes.h>
#include <stdio.h>

#include "passed.h"

static const struct {
    size_t len;
    uint64_t hash;
} known[] = {
    {1, 0x68a914128e01e473},  {7, 0x2f098ab0c751325a},
    {8, 0xead411e67ebe2eea},  {9, 0x75927f9d95124362},
    {15, 0xf30eb725bb91c9ea}, {16, 0x8972188433a5c5b7},
    {63, 0x385d3e39e5f37359},
};

int main(void)
{
    uint8_t bytes[64];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    for (int seeded = 0; seeded < 2; seeded++) {
        if (seeded && hash_seed() < 0) {
            perror("hash_seed()");
            return 1;
        }
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            uint64_t hash = hash_bytes(
                (struct slice){.data = bytes, .len = known[i].len});
            if ((hash == known[i].hash) == seeded) {
                printf("the hash of %zu bytes %s its key is chosen is %016" PRIx64
                       ", and of those known it is %016" PRIx64 "\n",
                       known[i].len, seeded ? "after" : "before", hash,
                       known[i].hash);
                return 1;
            }
        }
    }
    return passed();
}
