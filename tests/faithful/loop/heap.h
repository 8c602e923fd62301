// Chapter 13: a heap in an array; every item knows where its owner keeps the
// item's index.
#ifndef FAITHFUL_HEAP_H
#define FAITHFUL_HEAP_H

#include <stddef.h>
#include <stdint.h>
#include <vector>

struct HeapItem {
    uint64_t val;
    size_t *ref;
};

static inline void heap_up(HeapItem *a, size_t pos)
{
    HeapItem t = a[pos];
    while (pos > 0 && a[(pos + 1) / 2 - 1].val > t.val) {
        a[pos] = a[(pos + 1) / 2 - 1];
        *a[pos].ref = pos;
        pos = (pos + 1) / 2 - 1;
    }
    a[pos] = t;
    *a[pos].ref = pos;
}

static inline void heap_down(HeapItem *a, size_t pos, size_t len)
{
    HeapItem t = a[pos];
    while (true) {
        size_t l = pos * 2 + 1, r = pos * 2 + 2, least = pos;
        uint64_t val = t.val;
        if (l < len && a[l].val < val) {
            least = l;
            val = a[l].val;
        }
        if (r < len && a[r].val < val)
            least = r;
        if (least == pos)
            break;
        a[pos] = a[least];
        *a[pos].ref = pos;
        pos = least;
    }
    a[pos] = t;
    *a[pos].ref = pos;
}

static inline void heap_update(HeapItem *a, size_t pos, size_t len)
{
    if (pos > 0 && a[(pos + 1) / 2 - 1].val > a[pos].val)
        heap_up(a, pos);
    else
        heap_down(a, pos, len);
}

static inline void heap_delete(std::vector<HeapItem> &a, size_t pos)
{
    a[pos] = a.back();
    a.pop_back();
    if (pos < a.size())
        heap_update(a.data(), pos, a.size());
}

static inline void heap_upsert(std::vector<HeapItem> &a, size_t pos, HeapItem t)
{
    if (pos < a.size()) {
        a[pos] = t;
    } else {
        pos = a.size();
        a.push_back(t);
    }
    heap_update(a.data(), pos, a.size());
}

#endif
