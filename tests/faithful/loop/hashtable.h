// Chapter 8: nodes in chains, found by hash code; two tables while it grows.
// Every operation moves up to 128 nodes, and passes as many empty slots as come
// in its way: that is one of its flaws.
#ifndef FAITHFUL_HASHTABLE_H
#define FAITHFUL_HASHTABLE_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#define container_of(ptr, T, member) ((T *)((char *)(ptr)-offsetof(T, member)))

const size_t k_max_load_factor = 8;
const size_t k_rehashing_work = 128;

struct HNode {
    HNode *next = nullptr;
    uint64_t hcode = 0;
};

struct HTab {
    HNode **tab = nullptr;
    size_t mask = 0;
    size_t size = 0;
};

struct HMap {
    HTab newer;
    HTab older;
    size_t migrate_pos = 0;
};

typedef bool (*HEq)(HNode *node, HNode *key);
typedef bool (*HVisit)(HNode *node, void *arg);

// Named after FNV, though it adds where FNV-1a has xor.
static inline uint64_t str_hash(const uint8_t *data, size_t len)
{
    uint32_t h = 0x811C9DC5;
    for (size_t i = 0; i < len; i++)
        h = (h + data[i]) * 0x01000193;
    return h;
}

static inline void h_init(HTab *t, size_t slots)
{
    assert(slots > 0 && (slots & (slots - 1)) == 0);
    t->tab = (HNode **)calloc(slots, sizeof(HNode *));
    t->mask = slots - 1;
    t->size = 0;
}

static inline void h_insert(HTab *t, HNode *node)
{
    HNode **slot = &t->tab[node->hcode & t->mask];
    node->next = *slot;
    *slot = node;
    t->size++;
}

static inline HNode **h_lookup(HTab *t, HNode *key, HEq eq)
{
    if (!t->tab)
        return nullptr;
    HNode **from = &t->tab[key->hcode & t->mask];
    for (HNode *cur; (cur = *from) != nullptr; from = &cur->next) {
        if (cur->hcode == key->hcode && eq(cur, key))
            return from;
    }
    return nullptr;
}

static inline HNode *h_detach(HTab *t, HNode **from)
{
    HNode *node = *from;
    *from = node->next;
    t->size--;
    return node;
}

static inline void hm_help_rehashing(HMap *m)
{
    size_t work = 0;
    while (work < k_rehashing_work && m->older.size > 0) {
        HNode **from = &m->older.tab[m->migrate_pos];
        if (!*from) {
            m->migrate_pos++;
            continue;
        }
        h_insert(&m->newer, h_detach(&m->older, from));
        work++;
    }
    if (m->older.size == 0 && m->older.tab) {
        free(m->older.tab);
        m->older = HTab();
    }
}

static inline HNode *hm_lookup(HMap *m, HNode *key, HEq eq)
{
    hm_help_rehashing(m);
    HNode **from = h_lookup(&m->newer, key, eq);
    if (!from)
        from = h_lookup(&m->older, key, eq);
    return from ? *from : nullptr;
}

// That no equal node is there yet is the caller's business.
static inline void hm_insert(HMap *m, HNode *node)
{
    if (!m->newer.tab)
        h_init(&m->newer, 4);
    h_insert(&m->newer, node);
    if (!m->older.tab && m->newer.size >= (m->newer.mask + 1) * k_max_load_factor) {
        m->older = m->newer;
        h_init(&m->newer, (m->newer.mask + 1) * 2);
        m->migrate_pos = 0;
    }
    hm_help_rehashing(m);
}

static inline HNode *hm_delete(HMap *m, HNode *key, HEq eq)
{
    hm_help_rehashing(m);
    if (HNode **from = h_lookup(&m->newer, key, eq))
        return h_detach(&m->newer, from);
    if (HNode **from = h_lookup(&m->older, key, eq))
        return h_detach(&m->older, from);
    return nullptr;
}

static inline bool h_foreach(HTab *t, HVisit visit, void *arg)
{
    for (size_t i = 0; t->tab && i <= t->mask; i++) {
        for (HNode *node = t->tab[i]; node; node = node->next) {
            if (!visit(node, arg))
                return false;
        }
    }
    return true;
}

static inline void hm_foreach(HMap *m, HVisit visit, void *arg)
{
    h_foreach(&m->newer, visit, arg) && h_foreach(&m->older, visit, arg);
}

static inline size_t hm_size(HMap *m)
{
    return m->newer.size + m->older.size;
}

static inline void hm_clear(HMap *m)
{
    free(m->newer.tab);
    free(m->older.tab);
    *m = HMap();
}

#endif
