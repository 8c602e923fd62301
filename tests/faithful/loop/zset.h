// Chapter 11: members found by name in a hashtable and by (score, name) in a
// tree.
#ifndef FAITHFUL_ZSET_H
#define FAITHFUL_ZSET_H

#include "avl.h"
#include "hashtable.h"

#include <stddef.h>
#include <string.h>

struct ZSet {
    AVLNode *root = nullptr;
    HMap hmap;
};

struct ZNode {
    AVLNode tree;
    HNode hmap;
    double score;
    size_t len;
    char name[1]; // and more of it behind
};

struct HKey {
    HNode node;
    const char *name;
    size_t len;
};

static inline ZNode *znode_of_tree(AVLNode *node)
{
    return node ? container_of(node, ZNode, tree) : nullptr;
}

static inline bool hkey_eq(HNode *node, HNode *key)
{
    ZNode *znode = container_of(node, ZNode, hmap);
    HKey *hkey = container_of(key, HKey, node);
    return znode->len == hkey->len && memcmp(znode->name, hkey->name, znode->len) == 0;
}

static inline HKey hkey_of(const char *name, size_t len)
{
    HKey key;
    key.node.hcode = str_hash((const uint8_t *)name, len);
    key.name = name;
    key.len = len;
    return key;
}

static inline bool zless(AVLNode *node, double score, const char *name, size_t len)
{
    ZNode *z = znode_of_tree(node);
    if (z->score != score)
        return z->score < score;
    int order = memcmp(z->name, name, z->len < len ? z->len : len);
    return order != 0 ? order < 0 : z->len < len;
}

static inline void tree_insert(ZSet *zset, ZNode *node)
{
    AVLNode *parent = nullptr;
    AVLNode **from = &zset->root;
    node->tree = AVLNode();
    while (*from) {
        parent = *from;
        from = zless(parent, node->score, node->name, node->len) ? &parent->right
                                                                 : &parent->left;
    }
    *from = &node->tree;
    node->tree.parent = parent;
    zset->root = avl_fix(&node->tree);
}

static inline ZNode *zset_lookup(ZSet *zset, const char *name, size_t len)
{
    HKey key = hkey_of(name, len);
    HNode *found = zset->root ? hm_lookup(&zset->hmap, &key.node, hkey_eq) : nullptr;
    return found ? container_of(found, ZNode, hmap) : nullptr;
}

// True for a new member.
static inline bool zset_insert(ZSet *zset, const char *name, size_t len, double score)
{
    if (ZNode *node = zset_lookup(zset, name, len)) {
        if (node->score != score) {
            zset->root = avl_del(&node->tree);
            node->score = score;
            tree_insert(zset, node);
        }
        return false;
    }
    ZNode *node = (ZNode *)malloc(sizeof(ZNode) + len);
    assert(node);
    node->hmap = HNode();
    node->hmap.hcode = str_hash((const uint8_t *)name, len);
    node->score = score;
    node->len = len;
    memcpy(node->name, name, len);
    hm_insert(&zset->hmap, &node->hmap);
    tree_insert(zset, node);
    return true;
}

static inline void zset_delete(ZSet *zset, ZNode *node)
{
    HKey key = hkey_of(node->name, node->len);
    HNode *found = hm_delete(&zset->hmap, &key.node, hkey_eq);
    assert(found);
    zset->root = avl_del(&node->tree);
    free(node);
}

static inline ZNode *zset_seekge(ZSet *zset, double score, const char *name, size_t len)
{
    AVLNode *found = nullptr;
    for (AVLNode *node = zset->root; node;) {
        if (zless(node, score, name, len)) {
            node = node->right;
        } else {
            found = node;
            node = node->left;
        }
    }
    return znode_of_tree(found);
}

static inline ZNode *znode_offset(ZNode *node, int64_t offset)
{
    return node ? znode_of_tree(avl_offset(&node->tree, offset)) : nullptr;
}

static inline void tree_dispose(AVLNode *node)
{
    if (node) {
        tree_dispose(node->left);
        tree_dispose(node->right);
        free(znode_of_tree(node));
    }
}

static inline void zset_clear(ZSet *zset)
{
    hm_clear(&zset->hmap);
    tree_dispose(zset->root);
    zset->root = nullptr;
}

#endif
