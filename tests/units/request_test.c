/*
 * request_parse() of the directory under test, and the cursor below it.
 *
 * - Received bytes end where a page ends, and the next page cannot be read:
 *   code that looks beyond them crashes, without any sanitizer.
 * - Every beginning of a request is "not yet"; the last byte completes it.
 * - Requests with a mistake in a random place are judged as a naive parser
 *   judges them (SEED=n repeats a run).
 */
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#include "cursor.h"
#include "request.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "passed.h"
#include "random.h"

enum { MAX_BODY = 32 << 20, MAX_ARGS = 200 * 1000, STEPS = 100 * 1000 };

static uint8_t *fence; /* the first byte that cannot be read */

static void show(const uint8_t *bytes, size_t n)
{
    printf("of %zu bytes", n);
    for (size_t i = 0; i < n && i < 100; i++)
        printf("%s%02x", i % 4 ? "" : " ", bytes[i]);
    printf("\n");
}

static void fail(const uint8_t *bytes, size_t n, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf(": ");
    show(bytes, n);
    exit(1);
}

/* ---- making requests ---- */

struct message {
    uint8_t bytes[2000];
    size_t size;
};

static void put_u32(struct message *m, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        m->bytes[m->size++] = (uint8_t)(n >> (8 * i));
}

static void put_string(struct message *m, const void *data, size_t len)
{
    put_u32(m, (uint32_t)len);
    memcpy(m->bytes + m->size, data, len);
    m->size += len;
}

static void put_length(struct message *m)
{
    size_t size = m->size;
    m->size = 0;
    put_u32(m, (uint32_t)(size - 4));
    m->size = size;
}

static struct message made_of(size_t nargs, size_t longest)
{
    struct message m = {0};
    uint8_t text[32];

    put_u32(&m, 0);
    put_u32(&m, (uint32_t)nargs);
    for (size_t i = 0; i < nargs; i++) {
        size_t len = random_below(longest + 1);
        for (size_t j = 0; j < len; j++)
            text[j] = (uint8_t)random_below(256);
        put_string(&m, text, len);
    }
    put_length(&m);
    return m;
}

/* ---- the naive parser, of bytes that are all there ---- */

static uint32_t u32_at(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

/* What is to be returned: a size, 0 for "not yet", -1 for anything negative. */
static ssize_t verdict(const uint8_t *p, size_t size)
{
    if (size < 4)
        return 0;
    uint64_t len = u32_at(p);
    if (len > MAX_BODY)
        return -1;
    if (size < 4 + len)
        return 0;
    if (len < 4)
        return -1;
    uint64_t at = 8, end = 4 + len, nargs = u32_at(p + 4);
    if (nargs > MAX_ARGS)
        return -1;
    for (uint64_t i = 0; i < nargs; i++) {
        if (end - at < 4 || end - at - 4 < u32_at(p + at))
            return -1;
        at += 4 + u32_at(p + at);
    }
    return at == end ? (ssize_t)end : -1;
}

/* ---- comparing ---- */

static struct request request;

static void check_args(const uint8_t *p, size_t size)
{
    size_t at = 8;
    for (size_t i = 0; i < request.nargs; i++) {
        struct slice want = {.data = p + at + 4, .len = u32_at(p + at)};
        if (!slice_eq(request.args[i], want))
            fail(p, size, "argument %zu is not the one that was sent", i);
        at += 4 + want.len;
    }
    if (request.nargs != u32_at(p + 4))
        fail(p, size, "%zu arguments", request.nargs);
}

static void parse(const uint8_t *bytes, size_t n)
{
    const uint8_t *p = memcpy(fence - n, bytes, n);
    ssize_t want = verdict(bytes, n);
    ssize_t got = request_parse(&request, p, n);

    if (want == 0 && got != 0)
        fail(bytes, n,
             "there is more to come, and request_parse() returned %zd", got);
    if (want < 0 && got >= 0)
        fail(bytes, n, "malformed, and request_parse() returned %zd", got);
    if (want > 0 && got != want)
        fail(bytes, n,
             "a request of %zd bytes, and request_parse() returned %zd", want,
             got);
    if (want > 0)
        check_args(p, n);
}

static void test_prefixes(void)
{
    for (size_t nargs = 0; nargs < 12; nargs++) {
        struct message m = made_of(nargs, 20);
        for (size_t n = 0; n <= m.size; n++)
            parse(m.bytes, n);
        for (size_t more = 1; more <= 9; more++) /* of the next request */
            parse(m.bytes, m.size + more);
    }
}

/* The same beginnings, each announced as a whole message. */
static void test_cut_messages(void)
{
    for (size_t nargs = 0; nargs < 12; nargs++) {
        struct message whole = made_of(nargs, 20);
        for (size_t n = 4; n < whole.size; n++) {
            struct message m = whole;
            m.size = n;
            put_length(&m);
            parse(m.bytes, n);
        }
    }
}

static void test_random(void)
{
    static const uint32_t odd[] = {
        0,         1,          2,          3,          4,
        5,         255,        256,        200000,     200001,
        INT32_MAX, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFC, UINT32_MAX};

    for (size_t step = 0; step < STEPS; step++) {
        struct message m = made_of(random_below(5), 6);
        switch (random_below(3)) {
        case 0:
            m.bytes[random_below(m.size)] = (uint8_t)random_below(256);
            break;
        case 1: {
            size_t size = m.size;
            m.size = random_below(size - 3);
            put_u32(&m, odd[random_below(sizeof odd / sizeof odd[0])]);
            m.size = size;
            break;
        }
        default:
            m.size = 4 + random_below(m.size + 4);
            put_length(&m);
        }
        parse(m.bytes, m.size);
    }
}

static void test_most_args(void)
{
    size_t size = 8 + 4 * ((size_t)MAX_ARGS + 1);
    uint8_t *bytes = calloc(1, size);
    struct message head = {0};

    for (uint32_t nargs = MAX_ARGS - 1; nargs <= MAX_ARGS + 1; nargs++) {
        head.size = 0;
        put_u32(&head, 4 + 4 * nargs);
        put_u32(&head, nargs);
        memcpy(bytes, head.bytes, 8);
        parse(bytes, 8 + 4 * (size_t)nargs);
    }
    free(bytes);
}

/* ---- the cursor ---- */

static void test_cursor(void)
{
    static const uint8_t bytes[] = {3, 0, 0, 0, 'a', 'b', 'c', 0x80, 9};
    uint8_t u8;
    uint32_t u32;
    uint64_t u64;
    struct slice str;

    for (size_t n = 0; n <= sizeof bytes; n++) {
        const uint8_t *p = memcpy(fence - n, bytes, n);
        struct cursor cur = {.at = p, .left = n};
        if (cursor_u32(&cur, &u32) != (n >= 4) || (n >= 4 && u32 != 3))
            fail(bytes, n, "cursor_u32");
        cur = (struct cursor){.at = p, .left = n};
        if (cursor_string(&cur, &str) != (n >= 7) ||
            (n >= 7 &&
             (str.data != p + 4 || str.len != 3 || cur.left != n - 7)))
            fail(bytes, n, "cursor_string");
        cur = (struct cursor){.at = p, .left = n};
        if (cursor_u8(&cur, &u8) != (n >= 1) || (n >= 1 && u8 != 3))
            fail(bytes, n, "cursor_u8");
        cur = (struct cursor){.at = p, .left = n};
        if (cursor_u64(&cur, &u64) != (n >= 8) ||
            (n >= 8 && u64 != 0x8063626100000003))
            fail(bytes, n, "cursor_u64");
    }
}

int main(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    random_begin();

    size_t room = ((1 << 20) / page + 1) * page;
    uint8_t *pages = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANON, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + room, page, PROT_NONE) != 0) {
        perror("mmap");
        return 1;
    }
    fence = pages + room;
    test_prefixes();
    test_cut_messages();
    test_random();
    test_most_args();
    test_cursor();
    request_free(&request);
    return passed();
}
