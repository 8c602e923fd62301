/*
 * struct buf of the directory under test, seen only through buffer.h.
 *
 * - Random operations on several buffers give what a naive model gives
 *   (SEED=n repeats a run).
 * - The bytes that it moves are counted: they stay proportional to the bytes
 *   that are appended.
 * - A drained buffer owns no memory.
 *
 * A move is seen from outside: after an operation the first byte that was kept
 * lies where it lay before, or all bytes that were kept have been moved. So any
 * way of moving counts, and a realloc that finds room in place costs nothing.
 */
#include "buffer.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "passed.h"
#include "random.h"

enum {
    MIB = 1 << 20,
    MODEL_MAX = 64 << 10,
    STEPS = 20000,
    MOVES_PER_BYTE = 4,
};

/* ---- random operations against a model ---- */

/* 0 to max; both ends and small numbers come more often than by chance. */
static size_t random_size(size_t max)
{
    switch (random_word() % 6) {
    case 0:
        return 0;
    case 1:
        return max;
    case 2:
        return max < 1 ? max : 1;
    case 3:
        return (size_t)(random_word() % (max < 32 ? max + 1 : 32));
    default:
        return (size_t)(random_word() % (max + 1));
    }
}

struct model {
    uint8_t bytes[MODEL_MAX];
    size_t size;
};

static const char *step(struct buf *b, struct model *m)
{
    size_t n;
    switch (random_word() % 8) {
    case 0:
    case 1:
    case 2:
        n = random_size(MODEL_MAX - m->size);
        if (n > 4096 && random_word() % 8)
            n %= 4096;
        for (size_t i = 0; i < n; i++)
            m->bytes[m->size + i] = (uint8_t)random_word();
        if (n > 0 && random_word() % 2)
            memcpy(buf_extend(b, n), m->bytes + m->size, n);
        else
            buf_append(b, m->bytes + m->size, n);
        m->size += n;
        return "buf_append or buf_extend";
    case 3:
    case 4:
    case 5:
        n = random_size(m->size);
        buf_consume(b, n);
        memmove(m->bytes, m->bytes + n, m->size - n);
        m->size -= n;
        return "buf_consume";
    case 6:
        n = random_size(m->size);
        buf_truncate(b, n);
        m->size = n;
        return "buf_truncate";
    default:
        if (random_word() % 16)
            return "nothing";
        buf_free(b);
        memset(b, 0, sizeof *b);
        m->size = 0;
        return "buf_free";
    }
}

static void test_random(void)
{
    static struct model models[3];
    struct buf bufs[3] = {0};
    for (int i = 0; i < STEPS; i++) {
        size_t which = (size_t)(random_word() % 3);
        struct buf *b = &bufs[which];
        struct model *m = &models[which];
        const char *op = step(b, m);
        if (buf_size(b) != m->size) {
            printf("step %d, %s: buf_size is %zu, expected %zu\n", i, op,
                   buf_size(b), m->size);
            exit(1);
        }
        if (m->size > 0 && memcmp(buf_data(b), m->bytes, m->size) != 0) {
            printf("step %d, %s: the %zu bytes are not those appended\n", i, op,
                   m->size);
            exit(1);
        }
    }
    for (int i = 0; i < 3; i++)
        buf_free(&bufs[i]);
}

/* ---- how many bytes are moved ---- */

struct meter {
    const char *pattern;
    struct buf buf;
    uint64_t appended;
    uint64_t moved;
    void *fence; /* a block behind the last growth: no luck for the next one */
};

static uint8_t zeros[MIB];

static void charge(struct meter *m, const uint8_t *expected, size_t kept)
{
    if (kept == 0 || buf_data(&m->buf) == expected)
        return;
    m->moved += kept;
    if (m->moved > MOVES_PER_BYTE * (m->appended + 4096)) {
        printf("%s: %" PRIu64 " bytes moved for %" PRIu64
               " appended; at most %d a byte is linear\n",
               m->pattern, m->moved, m->appended, MOVES_PER_BYTE);
        exit(1);
    }
}

static void append(struct meter *m, size_t n)
{
    const uint8_t *at = buf_data(&m->buf);
    size_t kept = buf_size(&m->buf);
    buf_append(&m->buf, zeros, n);
    free(m->fence);
    m->fence = malloc(24);
    m->appended += n;
    charge(m, at, kept);
}

static void consume(struct meter *m, size_t n)
{
    const uint8_t *at = buf_data(&m->buf);
    buf_consume(&m->buf, n);
    charge(m, at + n, buf_size(&m->buf));
}

static void finish(struct meter *m)
{
    free(m->fence);
    buf_free(&m->buf);
}

static void test_moves(void)
{
    struct meter m = {.pattern = "1 MiB consumed byte by byte"};
    append(&m, MIB);
    while (buf_size(&m.buf) > 0)
        consume(&m, 1);
    finish(&m);

    m = (struct meter){.pattern = "1 MiB appended byte by byte"};
    while (buf_size(&m.buf) < MIB)
        append(&m, 1);
    finish(&m);

    m = (struct meter){.pattern = "1 MiB waiting, 1 byte in and 1 byte out"};
    append(&m, MIB);
    for (int i = 0; i < 3 * MIB; i++) {
        append(&m, 1);
        consume(&m, 1);
    }
    finish(&m);

    /* Whatever sizes the memory has: one of these backlogs nearly fills it. */
    for (size_t waiting = MIB / 2; waiting <= MIB; waiting += 8 << 10) {
        m = (struct meter){.pattern = "1 byte in and 1 byte out, nearly full"};
        append(&m, waiting - 16);
        for (int i = 0; i < (64 << 10); i++) {
            append(&m, 1);
            consume(&m, 1);
        }
        finish(&m);
    }

    m = (struct meter){.pattern = "64 KiB at a time, in frames of 9 bytes"};
    for (int i = 0; i < 64; i++) {
        append(&m, 64 << 10);
        while (buf_size(&m.buf) >= 9)
            consume(&m, 9);
    }
    finish(&m);

    m = (struct meter){.pattern = "32 MiB gathered in pieces of 64 KiB"};
    for (int i = 0; i < 2; i++) {
        while (buf_size(&m.buf) < 32 * MIB)
            append(&m, 64 << 10);
        consume(&m, 32 * MIB - 3);
        consume(&m, 3);
    }
    finish(&m);
}

/* ---- memory comes back ---- */

/* Drained buffers are dropped without buf_free(): a leak checker sees what they
 * still owned. */
static void test_drained(void)
{
    static struct buf bufs[256];
    for (int i = 0; i < 256; i++) {
        buf_append(&bufs[i], zeros, MIB);
        buf_consume(&bufs[i], MIB / 2);
        buf_consume(&bufs[i], MIB / 2);
        memset(&bufs[i], 0, sizeof bufs[i]);
    }
#ifndef SANITIZED
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    usage.ru_maxrss /= 1024;
#endif
    if (usage.ru_maxrss > 192 << 10) {
        puts("256 drained buffers that held 1 MiB each still own memory");
        exit(1);
    }
#endif
}

int main(void)
{
    random_begin();
    test_random();
    test_moves();
    test_drained();
    return passed();
}
