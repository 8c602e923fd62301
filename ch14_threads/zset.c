/*
 * A member is in two structures at once, by two nodes inside it: the hashtable
 * finds it by its name, and the tree keeps all of them in order. A new score
 * moves it in the tree alone.
 */
#include "zset.h"

#include <stdlib.h>
#include <string.h>

#include "container_of.h"
#include "hash.h"
#include "mem.h"

size_t zset_size(const struct zset *z)
{
    return hmap_size(&z->map);
}

struct slice znode_name(const struct znode *n)
{
    return (struct slice){.data = n->name, .len = n->by_name.length};
}

static struct znode *of_tree(struct avl_node *node)
{
    return node ? container_of(node, struct znode, by_score) : NULL;
}

/* A name to look for, in the form that the hashtable wants. */
struct lookup {
    struct hnode node;
    struct slice name;
};

static bool name_eq(const struct hnode *node, const struct hnode *key)
{
    const struct znode *n = container_of(node, struct znode, by_name);
    const struct lookup *l = container_of(key, struct lookup, node);

    return slice_eq(znode_name(n), l->name);
}

static struct lookup lookup_of(struct slice name)
{
    return (struct lookup){
        .node = {.hcode = (uint32_t)hash_bytes(name),
                 .length = (uint32_t)name.len},
        .name = name,
    };
}

struct znode *zset_find(struct zset *z, struct slice name)
{
    struct lookup l = lookup_of(name);
    struct hnode *node = hmap_lookup(&z->map, &l.node, name_eq);

    return node ? container_of(node, struct znode, by_name) : NULL;
}

/* Does the member come before (score, name)? */
static bool is_before(const struct znode *n, double score, struct slice name)
{
    size_t len = n->by_name.length;
    size_t common = len < name.len ? len : name.len;

    if (n->score != score)
        return n->score < score;
    int order = common > 0 ? memcmp(n->name, name.data, common) : 0;
    return order != 0 ? order < 0 : len < name.len;
}

static void insert_by_score(struct zset *z, struct znode *n)
{
    struct avl_node *parent = NULL;
    int side = 0;

    for (struct avl_node *at = z->tree.root; at; at = at->child[side]) {
        parent = at;
        side = is_before(of_tree(at), n->score, znode_name(n));
    }
    avl_insert(&z->tree, parent, side, &n->by_score);
}

static void insert(struct zset *z, struct slice name, double score)
{
    struct znode *n = mem_zalloc(1, sizeof *n + name.len);

    n->score = score;
    memcpy(n->name, name.data, name.len);
    n->by_name = lookup_of(name).node;
    hmap_insert(&z->map, &n->by_name);
    insert_by_score(z, n);
}

/* Its place in the tree depends on the score: out, then in again. */
static void move(struct zset *z, struct znode *n, double score)
{
    avl_remove(&z->tree, &n->by_score);
    n->score = score;
    insert_by_score(z, n);
}

bool zset_add(struct zset *z, struct slice name, double score)
{
    struct znode *n = zset_find(z, name);

    if (!n)
        insert(z, name, score);
    else if (n->score != score)
        move(z, n, score);
    return !n;
}

void zset_remove(struct zset *z, struct znode *n)
{
    struct lookup l = {.node = n->by_name, .name = znode_name(n)};

    hmap_delete(&z->map, &l.node, name_eq);
    avl_remove(&z->tree, &n->by_score);
    free(n);
}

struct znode *zset_seek(struct zset *z, double score, struct slice name)
{
    struct avl_node *found = NULL;
    int side;

    for (struct avl_node *at = z->tree.root; at; at = at->child[side]) {
        side = is_before(of_tree(at), score, name);
        if (side == 0)
            found = at;
    }
    return of_tree(found);
}

struct znode *znode_next(const struct znode *n, int side)
{
    return of_tree(avl_next(&n->by_score, side));
}

struct znode *znode_offset(struct znode *n, int64_t offset)
{
    return of_tree(avl_offset(&n->by_score, offset));
}

static bool free_visited(struct hnode *node, void *arg)
{
    (void)arg;
    free(container_of(node, struct znode, by_name));
    return true;
}

/* The hashtable knows every member, so there is no need to walk the tree. */
void zset_clear(struct zset *z)
{
    hmap_foreach(&z->map, free_visited, NULL);
    hmap_clear(&z->map);
    z->tree.root = NULL;
}
