/*
 * memory_preload: a library that LD_PRELOAD puts before the C library. Its
 * memory is as strange as the standard allows:
 *
 *  - what malloc() returns is full of 0xa5, not of zeros;
 *  - realloc() always moves a block;
 *  - what is freed is filled with 0xdd, and not given out again for a while.
 *
 * When a block is freed, the bytes on both sides of it must be as they were;
 * when it is given out again, all of its own. A program that has written there,
 * or that frees a block twice, ends with a line on stderr and abort(). One that
 * crashes because it took such bytes for an address gets a line, too.
 *
 * It does not touch the memory of aligned_alloc() and the like.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    NEW = 0xa5,
    FREED = 0xdd,
    FENCE = 0xee,
    BEHIND = 16,            /* bytes of FENCE */
    KEPT = 4096,            /* so many blocks are kept when they are freed, */
    KEPT_MOST = 1024 * 1024 /* but none that is larger */
};

/* Before each block; its last bytes are the fence on that side. */
struct head {
    _Alignas(16) size_t size;
    uint64_t state;
};

#define LIVE UINT64_C(0xeeb10c411feeeeee)
#define GONE UINT64_C(0xeeb10c60e0eeeeee)

static void *(*real_malloc)(size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);
static size_t (*real_size)(void *);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct head *kept[KEPT];
static size_t next_kept;

/* Where dlsym() itself asks for memory it can do without. */
static int find_real(void)
{
    static int searching;

    if (searching++)
        return 0;
    *(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&real_free = dlsym(RTLD_NEXT, "free");
    *(void **)&real_size = dlsym(RTLD_NEXT, "malloc_usable_size");
    *(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
    return 1;
}

static void complain(const char *what, const struct head *h)
{
    dprintf(STDERR_FILENO, "memory: %s a block of %zu bytes\n", what, h->size);
    abort();
}

/* An address of these bytes is one that no program has: then the kernel does
 * not even say which it was. */
static void on_fault(int sig, siginfo_t *fault, void *context)
{
    int first = (int)((uintptr_t)fault->si_addr >> (sizeof(void *) * 8 - 8));

    (void)context;
    if (fault->si_code == SI_KERNEL || first == NEW || first == FREED ||
        first == FENCE)
        dprintf(STDERR_FILENO, "memory: bytes that were never written, were "
                               "freed, or lie beyond a block were used as an "
                               "address\n");
    signal(sig, SIG_DFL); /* it happens again, and ends the program */
}

__attribute__((constructor)) static void begin(void)
{
    struct sigaction act = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

    sigaction(SIGSEGV, &act, NULL);
}

static unsigned char *bytes_of(struct head *h)
{
    return (unsigned char *)(h + 1);
}

static struct head *head_of(void *block)
{
    return (struct head *)block - 1;
}

static int all(const unsigned char *bytes, size_t n, int value)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != value)
            return 0;
    }
    return 1;
}

static int is_ours(struct head *h)
{
    return h->state == LIVE || h->state == GONE;
}

static void check_fence(struct head *h)
{
    if (!all(bytes_of(h) + h->size, BEHIND, FENCE))
        complain("something was written behind the end of", h);
}

void *malloc(size_t size)
{
    struct head *h;

    if ((!real_malloc && !find_real()) || size > SIZE_MAX - sizeof *h - BEHIND)
        return NULL;
    h = real_malloc(sizeof *h + size + BEHIND);
    if (!h)
        return NULL;
    *h = (struct head){size, LIVE};
    memset(bytes_of(h), NEW, size);
    memset(bytes_of(h) + size, FENCE, BEHIND);
    return bytes_of(h);
}

void *calloc(size_t count, size_t size)
{
    void *block;

    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    block = malloc(count * size);
    return block ? memset(block, 0, count * size) : NULL;
}

/* Puts a freed block in the place of one that has waited long enough. */
static struct head *keep(struct head *h)
{
    struct head *old;

    pthread_mutex_lock(&mutex);
    old = kept[next_kept];
    kept[next_kept] = h;
    next_kept = (next_kept + 1) % KEPT;
    pthread_mutex_unlock(&mutex);
    return old;
}

static void release(struct head *h)
{
    if (!h)
        return;
    if (h->state != GONE || !all(bytes_of(h), h->size, FREED))
        complain("something was written, after it was freed, to", h);
    check_fence(h);
    h->state = 0;
    real_free(h);
}

void free(void *block)
{
    struct head *h;

    if (!block)
        return;
    h = head_of(block);
    if (!is_ours(h)) {
        real_free(block);
        return;
    }
    if (h->state == GONE)
        complain("free() was called a second time for", h);
    check_fence(h);
    h->state = GONE;
    memset(block, FREED, h->size);
    release(h->size > KEPT_MOST ? h : keep(h));
}

void *realloc(void *block, size_t size)
{
    struct head *h;
    void *moved;

    if (!block)
        return malloc(size);
    h = head_of(block);
    if (!is_ours(h))
        return real_realloc(block, size);
    if (h->state == GONE)
        complain("realloc() was called, after free(), for", h);
    check_fence(h);
    moved = malloc(size);
    if (!moved)
        return NULL;
    memcpy(moved, block, size < h->size ? size : h->size);
    free(block);
    return moved;
}

size_t malloc_usable_size(void *block)
{
    struct head *h;

    if (!block)
        return 0;
    h = head_of(block);
    return is_ours(h) ? h->size : real_size(block);
}
