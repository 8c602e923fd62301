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
#include "prefetch.h"

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

/* A set of this many members gets pages of its own: then the pool can free it
 * page by page, and malloc() never hears of its members. */
enum { OWN_PAGES = 128 };

static size_t size_of(const struct znode *n)
{
    return sizeof *n + n->by_name.length;
}

static void free_node(struct zset *z, struct znode *n)
{
    if (z->blocks)
        blocks_free(z->blocks, n, size_of(n));
    else
        free(n);
}

static void add_node(struct zset *z, struct slice name, double score)
{
    size_t size = sizeof(struct znode) + name.len;
    struct znode *n =
        z->blocks ? blocks_alloc(z->blocks, size) : mem_alloc(size);

    *n = (struct znode){.score = score};
    n->by_name = lookup_of(name).node;
    memcpy(n->name, name.data, name.len);
    hmap_insert(&z->map, &n->by_name);
    insert_by_score(z, n);
}

static void move_to_own_pages(struct zset *z)
{
    struct zset large = {.blocks = mem_zalloc(1, sizeof *large.blocks)};

    for (struct znode *n = zset_at(z, 0); n; n = znode_next(n, 1))
        add_node(&large, znode_name(n), n->score);
    zset_clear(z);
    *z = large;
}

void zset_insert(struct zset *z, struct slice name, double score)
{
    if (!z->blocks && zset_size(z) >= OWN_PAGES)
        move_to_own_pages(z);
    add_node(z, name, score);
}

/* Would its place be the same with that score? */
static bool stays(const struct znode *n, double score)
{
    int side = score > n->score;
    const struct znode *next = znode_next(n, side);

    return !next || is_before(next, score, znode_name(n)) != side;
}

enum { LARGE = 10000 }; /* members: more than the processor's caches hold */

/* Starts fetching what a move in a large set would wait for: the way up from
 * the member and the way down to its new place, both at the same time. */
static void fetch_both_ways(const struct zset *z, const struct znode *n,
                            double score)
{
    const struct avl_node *up = &n->by_score;
    struct avl_node *down = z->tree.root;

    while (up && down) {
        up = up->parent;
        down = down->child[is_before(of_tree(down), score, znode_name(n))];
        prefetch(up);
        prefetch(down);
    }
}

/* Its place in the tree depends on the score: out, then in again. */
void zset_move(struct zset *z, struct znode *n, double score)
{
    if (stays(n, score)) {
        n->score = score;
        return;
    }
    if (zset_size(z) >= LARGE)
        fetch_both_ways(z, n, score);
    avl_remove(&z->tree, &n->by_score);
    n->score = score;
    insert_by_score(z, n);
}

bool zset_add(struct zset *z, struct slice name, double score)
{
    struct znode *n = zset_find(z, name);

    if (!n)
        zset_insert(z, name, score);
    else if (n->score != score)
        zset_move(z, n, score);
    return !n;
}

void zset_remove(struct zset *z, struct znode *n)
{
    struct lookup l = {.node = n->by_name, .name = znode_name(n)};

    hmap_delete(&z->map, &l.node, name_eq);
    avl_remove(&z->tree, &n->by_score);
    free_node(z, n);
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

size_t znode_rank(const struct znode *n)
{
    return avl_rank(&n->by_score);
}

struct znode *zset_at(const struct zset *z, size_t rank)
{
    return of_tree(avl_at(&z->tree, rank));
}

struct znode *zset_beside(const struct zset *z, zset_before *before,
                          const void *point, int side)
{
    const struct avl_node *beside = NULL;
    struct avl_node *found = NULL;
    int is_before;

    /* A walk goes on in the subtrees beside the way down. Their roots have been
     * asked for one step before, and tell what is below. */
    for (struct avl_node *at = z->tree.root; at; at = at->child[is_before]) {
        if (beside) {
            prefetch(beside->child[0]);
            prefetch(beside->child[1]);
        }
        beside = at->child[side];
        prefetch(beside);
        is_before = before(of_tree(at), point);
        if (is_before != side)
            found = at;
    }
    return of_tree(found);
}

size_t zset_count(const struct zset *z, zset_before *before, const void *point)
{
    size_t n = 0;
    int side;

    for (struct avl_node *at = z->tree.root; at; at = at->child[side]) {
        side = before(of_tree(at), point);
        if (side == 1) /* and so are all in its child[0] */
            n += 1 + (at->child[0] ? at->child[0]->count : 0);
    }
    return n;
}

static bool free_visited(struct hnode *node, void *z)
{
    free_node(z, container_of(node, struct znode, by_name));
    return true;
}

/* Frees a member that is too large for a page. Returns false when no member
 * is left. */
static bool free_large(struct hnode *node, void *arg)
{
    struct znode *n = container_of(node, struct znode, by_name);
    struct zset *z = arg;

    if (size_of(n) > BLOCKS_MAX)
        free_node(z, n);
    return z->blocks->nlarge > 0;
}

/* The hashtable knows every member, so there is no need to walk the tree; and
 * none to look at any of those that are in pages. */
void zset_clear(struct zset *z)
{
    if (!z->blocks) {
        hmap_foreach(&z->map, free_visited, z);
    } else {
        if (z->blocks->nlarge > 0)
            hmap_foreach(&z->map, free_large, z);
        blocks_drop(z->blocks);
        free(z->blocks);
    }
    hmap_clear(&z->map);
    *z = (struct zset){0};
}
