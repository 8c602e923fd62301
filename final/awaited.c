#include "awaited.h"

#include <stdlib.h>
#include <string.h>

#include "container_of.h"
#include "hash.h"
#include "keyspace.h"
#include "mem.h"

static struct awaited *of_node(const struct hnode *node)
{
    return container_of(node, struct awaited, node);
}

static bool key_eq(const struct hnode *node, const struct hnode *key)
{
    return slice_eq(of_node(node)->key, of_node(key)->key);
}

static struct awaited *find(struct keyspace *ks, struct slice key,
                            uint64_t hcode)
{
    struct awaited wanted = {.node.hcode = hcode, .key = key};
    struct hnode *node = hmap_lookup(&ks->awaited, &wanted.node, key_eq);

    return node ? of_node(node) : NULL;
}

static struct awaited *new_key(struct keyspace *ks, struct slice key,
                               uint64_t hcode)
{
    struct awaited *a = mem_zalloc(1, sizeof *a + key.len);

    memcpy(a + 1, key.data, key.len);
    a->key = (struct slice){.data = (uint8_t *)(a + 1), .len = key.len};
    a->ks = ks;
    a->node.hcode = hcode;
    list_init(&a->came);
    list_init(&a->clients);
    hmap_insert(&ks->awaited, &a->node);
    return a;
}

void awaited_join(struct keyspace *ks, struct slice key, struct waiter *w)
{
    uint64_t hcode = hash_bytes(key);

    w->key = find(ks, key, hcode);
    if (!w->key)
        w->key = new_key(ks, key, hcode);
    list_init(&w->node);
    if (w->conn)
        list_append(&w->key->clients, &w->node);
    else
        w->key->nothers++;
}

static void free_unless_needed(struct awaited *a)
{
    if (a->nothers > 0 || !list_is_empty(&a->clients) ||
        !list_is_empty(&a->came))
        return;
    hmap_delete(&a->ks->awaited, &a->node, key_eq);
    free(a);
}

void awaited_leave(struct waiter *w)
{
    list_detach(&w->node);
    if (!w->conn)
        w->key->nothers--;
    free_unless_needed(w->key);
}

void awaited_add(struct keyspace *ks, struct slice key, uint64_t hcode)
{
    struct awaited *a = find(ks, key, hcode);

    if (!a)
        return;
    a->times++;
    if (list_is_empty(&a->came) && !list_is_empty(&a->clients))
        list_append(ks->came, &a->came);
}

void awaited_served(struct awaited *a)
{
    list_detach(&a->came);
    free_unless_needed(a);
}
