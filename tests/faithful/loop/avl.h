// Chapter 10: a balanced tree that counts its nodes. Chapter 11 added
// avl_offset.
#ifndef FAITHFUL_AVL_H
#define FAITHFUL_AVL_H

#include <stdint.h>

struct AVLNode {
    AVLNode *parent = nullptr;
    AVLNode *left = nullptr;
    AVLNode *right = nullptr;
    uint32_t height = 1;
    uint32_t cnt = 1;
};

static inline uint32_t avl_height(AVLNode *node)
{
    return node ? node->height : 0;
}

static inline uint32_t avl_cnt(AVLNode *node)
{
    return node ? node->cnt : 0;
}

static inline void avl_update(AVLNode *node)
{
    uint32_t l = avl_height(node->left), r = avl_height(node->right);
    node->height = 1 + (l > r ? l : r);
    node->cnt = 1 + avl_cnt(node->left) + avl_cnt(node->right);
}

// The rotations leave the link from the parent to the caller.
static inline AVLNode *rot_left(AVLNode *node)
{
    AVLNode *top = node->right, *inner = top->left;
    node->right = inner;
    if (inner)
        inner->parent = node;
    top->parent = node->parent;
    top->left = node;
    node->parent = top;
    avl_update(node);
    avl_update(top);
    return top;
}

static inline AVLNode *rot_right(AVLNode *node)
{
    AVLNode *top = node->left, *inner = top->right;
    node->left = inner;
    if (inner)
        inner->parent = node;
    top->parent = node->parent;
    top->right = node;
    node->parent = top;
    avl_update(node);
    avl_update(top);
    return top;
}

static inline AVLNode *fix_left(AVLNode *node)
{
    if (avl_height(node->left->left) < avl_height(node->left->right))
        node->left = rot_left(node->left);
    return rot_right(node);
}

static inline AVLNode *fix_right(AVLNode *node)
{
    if (avl_height(node->right->right) < avl_height(node->right->left))
        node->right = rot_right(node->right);
    return rot_left(node);
}

// From a changed node up to the root, all the way. Returns the new root.
static inline AVLNode *avl_fix(AVLNode *node)
{
    while (true) {
        AVLNode *parent = node->parent;
        AVLNode **from = !parent                ? nullptr
                         : parent->left == node ? &parent->left
                                                : &parent->right;
        avl_update(node);
        uint32_t l = avl_height(node->left), r = avl_height(node->right);
        if (l == r + 2)
            node = fix_left(node);
        else if (l + 2 == r)
            node = fix_right(node);
        if (!parent)
            return node;
        *from = node;
        node = parent;
    }
}

// A node with one child at most. Returns the new root.
static inline AVLNode *avl_del_easy(AVLNode *node)
{
    AVLNode *child = node->left ? node->left : node->right;
    AVLNode *parent = node->parent;
    if (child)
        child->parent = parent;
    if (!parent)
        return child;
    (parent->left == node ? parent->left : parent->right) = child;
    return avl_fix(parent);
}

static inline AVLNode *avl_del(AVLNode *node)
{
    if (!node->left || !node->right)
        return avl_del_easy(node);
    AVLNode *victim = node->right;
    while (victim->left)
        victim = victim->left;
    AVLNode *root = avl_del_easy(victim);
    *victim = *node;
    if (victim->left)
        victim->left->parent = victim;
    if (victim->right)
        victim->right->parent = victim;
    AVLNode **from = &root;
    if (AVLNode *parent = node->parent)
        from = parent->left == node ? &parent->left : &parent->right;
    *from = victim;
    return root;
}

static inline AVLNode *avl_offset(AVLNode *node, int64_t offset)
{
    int64_t pos = 0;
    while (offset != pos) {
        if (pos < offset && pos + avl_cnt(node->right) >= offset) {
            node = node->right;
            pos += avl_cnt(node->left) + 1;
        } else if (pos > offset && pos - avl_cnt(node->left) <= offset) {
            node = node->left;
            pos -= avl_cnt(node->right) + 1;
        } else {
            AVLNode *parent = node->parent;
            if (!parent)
                return nullptr;
            if (parent->right == node)
                pos -= avl_cnt(node->left) + 1;
            else
                pos += avl_cnt(node->right) + 1;
            node = parent;
        }
    }
    return node;
}

#endif
