/*
 * The key goes in eight bytes at a time. They are mixed into four words of
 * state, which begin with the secret seed.
 */
#include "hash.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The key of the hash: without it nobody can tell which keys collide. */
static uint64_t seed[2];

int hash_seed(void)
{
    int fd = open("/dev/urandom", O_RDONLY);
    if (fd < 0)
        return -1;

    ssize_t n = read(fd, seed, sizeof seed);
    close(fd);
    return n == (ssize_t)sizeof seed ? 0 : -1;
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void round_of(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static void mix(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    round_of(v);
    v[0] ^= word;
}

/* SipHash-1-3: one round per word of eight bytes, and three at the end. The
 * last word is what is left over, with the length in its highest byte. */
uint64_t hash_bytes(struct slice bytes)
{
    uint64_t v[4] = {
        seed[0] ^ 0x736f6d6570736575,
        seed[1] ^ 0x646f72616e646f6d,
        seed[0] ^ 0x6c7967656e657261,
        seed[1] ^ 0x7465646279746573,
    };
    const uint8_t *at = bytes.data;
    size_t left = bytes.len;
    uint64_t word;

    for (; left >= 8; left -= 8, at += 8) {
        memcpy(&word, at, 8);
        mix(v, word);
    }
    word = (uint64_t)bytes.len << 56;
    for (size_t i = 0; i < left; i++)
        word |= (uint64_t)at[i] << (8 * i);
    mix(v, word);

    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        round_of(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
