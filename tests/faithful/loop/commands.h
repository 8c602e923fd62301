// Chapters 8 and 9: keys in a hashtable, replies of one typed value. From
// chapter 10 on: sorted sets. Chapter numbers are those of the folders.
#ifndef FAITHFUL_COMMANDS_H
#define FAITHFUL_COMMANDS_H

#include "hashtable.h"
#if CHAPTER >= 10
#include "zset.h"
#endif
#if CHAPTER >= 13
#include "heap.h"
#include "list.h"
#endif
#if CHAPTER >= 14
#include "thread_pool.h"
#endif

#include <math.h>
#include <stddef.h>

// ---- replies ----

enum { TAG_NIL, TAG_ERR, TAG_STR, TAG_INT, TAG_DBL, TAG_ARR };
enum { ERR_UNKNOWN = 1, ERR_TOO_BIG = 2, ERR_BAD_TYP = 3, ERR_BAD_ARG = 4 };

static void buf_append_u8(Buffer &buf, uint8_t n)
{
    buf.push_back(n);
}

static void buf_append_u32(Buffer &buf, uint32_t n)
{
    buf_append(buf, &n, 4);
}

static void out_nil(Buffer &out)
{
    buf_append_u8(out, TAG_NIL);
}

static void out_str(Buffer &out, const char *data, size_t size)
{
    buf_append_u8(out, TAG_STR);
    buf_append_u32(out, (uint32_t)size);
    buf_append(out, data, size);
}

static void out_int(Buffer &out, int64_t n)
{
    buf_append_u8(out, TAG_INT);
    buf_append(out, &n, 8);
}

static void out_err(Buffer &out, uint32_t code, const std::string &text)
{
    buf_append_u8(out, TAG_ERR);
    buf_append_u32(out, code);
    buf_append_u32(out, (uint32_t)text.size());
    buf_append(out, text.data(), text.size());
}

static void out_arr(Buffer &out, uint32_t n)
{
    buf_append_u8(out, TAG_ARR);
    buf_append_u32(out, n);
}

// ---- the keys ----

enum { T_STR = 1, T_ZSET = 2 };

struct Entry {
    HNode node;
    std::string key;
    int type = T_STR;
    std::string str;
#if CHAPTER >= 10
    ZSet zset;
#endif
#if CHAPTER >= 13
    size_t heap_idx = (size_t)-1; // none
#endif
};

struct LookupKey {
    HNode node;
    std::string key;
};

static HMap db;
#if CHAPTER >= 13
static std::vector<HeapItem> heap;
#endif
#if CHAPTER >= 14
static ThreadPool thread_pool;
#endif

static bool entry_eq(HNode *node, HNode *key)
{
    return container_of(node, Entry, node)->key == container_of(key, LookupKey, node)->key;
}

static LookupKey lookup_of(std::string &key)
{
    LookupKey lookup;
    lookup.key.swap(key);
    lookup.node.hcode = str_hash((const uint8_t *)lookup.key.data(), lookup.key.size());
    return lookup;
}

static Entry *find(LookupKey &lookup)
{
    HNode *node = hm_lookup(&db, &lookup.node, entry_eq);
    return node ? container_of(node, Entry, node) : nullptr;
}

static Entry *entry_new(LookupKey &lookup, int type)
{
    Entry *entry = new Entry();
    entry->type = type;
    entry->key.swap(lookup.key);
    entry->node.hcode = lookup.node.hcode;
    hm_insert(&db, &entry->node);
    return entry;
}

static void entry_del_sync(Entry *entry)
{
#if CHAPTER >= 10
    if (entry->type == T_ZSET)
        zset_clear(&entry->zset);
#endif
    delete entry;
}

#if CHAPTER >= 13

// A negative time takes the limit away.
static void entry_set_ttl(Entry *entry, int64_t ttl_ms)
{
    if (ttl_ms < 0 && entry->heap_idx != (size_t)-1) {
        heap_delete(heap, entry->heap_idx);
        entry->heap_idx = (size_t)-1;
    } else if (ttl_ms >= 0) {
        uint64_t at = get_monotonic_msec() + (uint64_t)ttl_ms;
        heap_upsert(heap, entry->heap_idx, {at, &entry->heap_idx});
    }
}

#endif

#if CHAPTER >= 14

const size_t k_large_container_size = 1000;

static void entry_del_func(void *arg)
{
    entry_del_sync((Entry *)arg);
}

#endif

// It is out of the hashtable already.
static void entry_del(Entry *entry)
{
#if CHAPTER >= 13
    entry_set_ttl(entry, -1);
#endif
#if CHAPTER >= 14
    size_t size = entry->type == T_ZSET ? hm_size(&entry->zset.hmap) : 0;
    if (size > k_large_container_size)
        return thread_pool_queue(&thread_pool, &entry_del_func, entry);
#endif
    entry_del_sync(entry);
}

#if CHAPTER >= 13

const size_t k_max_works = 2000;

static bool hnode_same(HNode *node, HNode *key)
{
    return node == key;
}

static void process_expiries(uint64_t now)
{
    size_t nworks = 0;
    while (!heap.empty() && heap[0].val < now) {
        Entry *entry = container_of(heap[0].ref, Entry, heap_idx);
        HNode *node = hm_delete(&db, &entry->node, &hnode_same);
        assert(node == &entry->node);
        (void)node;
        entry_del(entry);
        if (nworks++ >= k_max_works)
            break;
    }
}

#endif

typedef std::vector<std::string> Args;

static void do_get(Args &cmd, Buffer &out)
{
    LookupKey lookup = lookup_of(cmd[1]);
    Entry *entry = find(lookup);
    if (!entry)
        return out_nil(out);
    if (entry->type != T_STR)
        return out_err(out, ERR_BAD_TYP, "not a string value");
    out_str(out, entry->str.data(), entry->str.size());
}

static void do_set(Args &cmd, Buffer &out)
{
    LookupKey lookup = lookup_of(cmd[1]);
    Entry *entry = find(lookup);
    if (entry && entry->type != T_STR)
        return out_err(out, ERR_BAD_TYP, "a non-string value exists");
    if (!entry)
        entry = entry_new(lookup, T_STR);
    entry->str.swap(cmd[2]);
    out_nil(out);
}

static void do_del(Args &cmd, Buffer &out)
{
    LookupKey lookup = lookup_of(cmd[1]);
    HNode *node = hm_delete(&db, &lookup.node, entry_eq);
    if (node)
        entry_del(container_of(node, Entry, node));
    out_int(out, node ? 1 : 0);
}

static bool out_key(HNode *node, void *arg)
{
    const std::string &key = container_of(node, Entry, node)->key;
    out_str(*(Buffer *)arg, key.data(), key.size());
    return true;
}

static void do_keys(Args &, Buffer &out)
{
    out_arr(out, (uint32_t)hm_size(&db));
    hm_foreach(&db, &out_key, &out);
}

#if CHAPTER >= 10

static void out_dbl(Buffer &out, double value)
{
    buf_append_u8(out, TAG_DBL);
    buf_append(out, &value, 8);
}

// An array whose number of elements is known when it is complete.
static size_t out_begin_arr(Buffer &out)
{
    out_arr(out, 0);
    return out.size() - 4;
}

static void out_end_arr(Buffer &out, size_t at, uint32_t n)
{
    assert(out[at - 1] == TAG_ARR);
    memcpy(&out[at], &n, 4);
}

static bool str2dbl(const std::string &s, double &value)
{
    char *end = nullptr;
    value = strtod(s.c_str(), &end);
    return end == s.c_str() + s.size() && !std::isnan(value);
}

static bool str2int(const std::string &s, int64_t &value)
{
    char *end = nullptr;
    value = strtoll(s.c_str(), &end, 10);
    return end == s.c_str() + s.size();
}

// A missing key is as good as an empty set; nullptr for another type.
static ZSet *expect_zset(std::string &key)
{
    static ZSet empty;
    LookupKey lookup = lookup_of(key);
    Entry *entry = find(lookup);
    if (!entry)
        return &empty;
    return entry->type == T_ZSET ? &entry->zset : nullptr;
}

static void do_zadd(Args &cmd, Buffer &out)
{
    double score = 0;
    if (!str2dbl(cmd[2], score))
        return out_err(out, ERR_BAD_ARG, "expect float");
    LookupKey lookup = lookup_of(cmd[1]);
    Entry *entry = find(lookup);
    if (!entry)
        entry = entry_new(lookup, T_ZSET);
    if (entry->type != T_ZSET)
        return out_err(out, ERR_BAD_TYP, "expect zset");
    out_int(out, zset_insert(&entry->zset, cmd[3].data(), cmd[3].size(), score));
}

static void do_zrem(Args &cmd, Buffer &out)
{
    ZSet *zset = expect_zset(cmd[1]);
    if (!zset)
        return out_err(out, ERR_BAD_TYP, "expect zset");
    ZNode *node = zset_lookup(zset, cmd[2].data(), cmd[2].size());
    if (node)
        zset_delete(zset, node);
    out_int(out, node ? 1 : 0);
}

static void do_zscore(Args &cmd, Buffer &out)
{
    ZSet *zset = expect_zset(cmd[1]);
    if (!zset)
        return out_err(out, ERR_BAD_TYP, "expect zset");
    ZNode *node = zset_lookup(zset, cmd[2].data(), cmd[2].size());
    if (node)
        out_dbl(out, node->score);
    else
        out_nil(out);
}

static void do_zquery(Args &cmd, Buffer &out)
{
    double score = 0;
    if (!str2dbl(cmd[2], score))
        return out_err(out, ERR_BAD_ARG, "expect fp number");
    int64_t offset = 0, limit = 0;
    if (!str2int(cmd[4], offset) || !str2int(cmd[5], limit))
        return out_err(out, ERR_BAD_ARG, "expect int");
    ZSet *zset = expect_zset(cmd[1]);
    if (!zset)
        return out_err(out, ERR_BAD_TYP, "expect zset");
    if (limit <= 0)
        return out_arr(out, 0);
    ZNode *node = zset_seekge(zset, score, cmd[3].data(), cmd[3].size());
    node = znode_offset(node, offset);
    size_t at = out_begin_arr(out);
    int64_t n = 0;
    while (node && n < limit) {
        out_str(out, node->name, node->len);
        out_dbl(out, node->score);
        node = znode_offset(node, 1);
        n += 2;
    }
    out_end_arr(out, at, (uint32_t)n);
}

#endif

#if CHAPTER >= 13

static void do_pexpire(Args &cmd, Buffer &out)
{
    int64_t ttl_ms = 0;
    if (!str2int(cmd[2], ttl_ms))
        return out_err(out, ERR_BAD_ARG, "expect int64");
    LookupKey lookup = lookup_of(cmd[1]);
    Entry *entry = find(lookup);
    if (entry)
        entry_set_ttl(entry, ttl_ms);
    out_int(out, entry ? 1 : 0);
}

static void do_pttl(Args &cmd, Buffer &out)
{
    LookupKey lookup = lookup_of(cmd[1]);
    Entry *entry = find(lookup);
    if (!entry)
        return out_int(out, -2);
    if (entry->heap_idx == (size_t)-1)
        return out_int(out, -1);
    uint64_t at = heap[entry->heap_idx].val;
    uint64_t now = get_monotonic_msec();
    out_int(out, at > now ? (int64_t)(at - now) : 0);
}

#endif

struct Command {
    const char *name;
    size_t nargs;
    void (*run)(Args &cmd, Buffer &out);
};

static const Command commands[] = {
    {"get", 2, do_get},
    {"set", 3, do_set},
    {"del", 2, do_del},
    {"keys", 1, do_keys},
#if CHAPTER >= 10
    {"zadd", 4, do_zadd},
    {"zrem", 3, do_zrem},
    {"zscore", 3, do_zscore},
    {"zquery", 6, do_zquery},
#endif
#if CHAPTER >= 13
    {"pexpire", 3, do_pexpire},
    {"pttl", 2, do_pttl},
#endif
};

static void execute(Args &cmd, Buffer &out)
{
    for (const Command &c : commands) {
        if (cmd.size() == c.nargs && cmd[0] == c.name)
            return c.run(cmd, out);
    }
    out_err(out, ERR_UNKNOWN, "unknown command.");
}

// The reply is written behind 4 bytes for its length, however long it gets.
static void respond(Args &cmd, Buffer &out)
{
    size_t header = out.size();
    buf_append_u32(out, 0);
    execute(cmd, out);
    if (out.size() - header - 4 > k_max_msg) {
        out.resize(header + 4);
        out_err(out, ERR_TOO_BIG, "response is too big.");
    }
    uint32_t len = (uint32_t)(out.size() - header - 4);
    memcpy(&out[header], &len, 4);
}

#endif
