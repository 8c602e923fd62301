/*
 * colliding: do keys that collide in the chapters' hash cost more than others?
 *
 *   colliding SERVER BITS
 *
 * That hash is h = (h + byte) * 0x01000193, starting from 0x811C9DC5. If two blocks of eight bytes
 * lead from there to the same value, they do so from any value, because the hash only ever adds.
 * So every sequence of such blocks collides with every other of its length: BITS blocks make
 * 2^BITS keys. They are set and read, and so are as many random keys of the same length.
 * Status: 0 they cost about the same, 1 not, 2 wrong use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/clock.h"
#include "../tools/die.h"
#include "asker.h"
#include "random.h"
#include "servers.h"

const char program_name[] = "differential";

enum { BLOCK = 8, MOST_BITS = 24, BATCH = 1000, PATIENCE_MS = 60000 };

static const char *const blocks[] = {"jasaysci", "lmdgnqig"};

static struct asker asker;
static size_t bits;

static void check_blocks(void)
{
    uint32_t codes[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        uint32_t h = 0x811C9DC5;
        for (int j = 0; j < BLOCK; j++) {
            h = (h + (unsigned char)blocks[i][j]) * 0x01000193;
        }
        codes[i] = h;
    }
    if (codes[0] != codes[1]) {
        die("the blocks do not collide");
    }
}

static void make_colliding(char *key, size_t i)
{
    for (size_t bit = 0; bit < bits; bit++) {
        memcpy(key + bit * BLOCK, blocks[i >> bit & 1], BLOCK);
    }
}

static void make_random(char *key, size_t i)
{
    struct random r;
    random_seed(&r, i);
    for (size_t at = 0; at < bits * BLOCK; at++) {
        key[at] = (char)('a' + random_below(&r, 26));
    }
}

static void exchange(size_t replies)
{
    struct asker *askers[1] = {&asker};
    if (!askers_exchange(askers, 1, replies, PATIENCE_MS) || asker.replies < replies) {
        die("the server does not answer");
    }
    asker_forget(&asker);
}

/* Sends "*2 GET key" or "*3 SET key v" for all keys. */
static void send_all(const char *head, const char *tail, void (*make)(char *key, size_t i))
{
    char key[MOST_BITS * BLOCK], length[32];
    snprintf(length, sizeof length, "$%zu\r\n", bits * BLOCK);
    for (size_t i = 0; i < (size_t)1 << bits; i++) {
        make(key, i);
        bytes_add_text(&asker.out, head);
        bytes_add_text(&asker.out, length);
        bytes_add(&asker.out, key, bits * BLOCK);
        bytes_add_text(&asker.out, tail);
        if (i % BATCH == BATCH - 1 || i + 1 == (size_t)1 << bits) {
            exchange(i % BATCH + 1);
        }
    }
}

static int64_t time_of(void (*make)(char *key, size_t i))
{
    bytes_add_text(&asker.out, "FLUSHALL\r\n");
    exchange(1);
    int64_t start = now_ms();
    send_all("*3\r\n$3\r\nSET\r\n", "\r\n$1\r\nv\r\n", make);
    send_all("*2\r\n$3\r\nGET\r\n", "\r\n", make);
    return now_ms() - start;
}

int main(int argc, char **argv)
{
    struct address address;
    if (argc != 3 || (bits = strtoull(argv[2], NULL, 10)) == 0 || bits > MOST_BITS) {
        fprintf(stderr, "usage: colliding SERVER BITS\n");
        return 2;
    }
    check_blocks();
    server_parse(&address, argv[1]);
    server_await(&address);
    if (!asker_open(&asker, &address)) {
        die("the server does not listen");
    }
    int64_t usual = time_of(make_random), colliding = time_of(make_colliding);
    printf("%zu keys set and got: random %lld ms, colliding %lld ms\n", (size_t)1 << bits,
           (long long)usual, (long long)colliding);
    asker_close(&asker);
    return colliding > usual * 4 + 500;
}
