#include "absence.h"

#include "container_of.h"
#include "hash.h"

static struct absence *of_node(const struct hnode *node)
{
    return container_of(node, struct absence, node);
}

static bool same_key(const struct hnode *node, const struct hnode *key)
{
    return slice_eq(of_node(node)->key, of_node(key)->key);
}

static bool same_key_and_owner(const struct hnode *node,
                               const struct hnode *key)
{
    return of_node(node)->owner == of_node(key)->owner && same_key(node, key);
}

bool absence_begin(struct hmap *absences, struct absence *a)
{
    a->node.hcode = hash_bytes(a->key);
    if (hmap_lookup(absences, &a->node, same_key_and_owner))
        return false;
    hmap_insert(absences, &a->node);
    return true;
}

void absence_forget(struct hmap *absences, struct absence *a)
{
    hmap_delete(absences, &a->node, same_key_and_owner);
}

void absence_end(struct hmap *absences, struct slice key, uint64_t hcode)
{
    struct absence any = {.node.hcode = hcode, .key = key};
    struct hnode *node;

    while ((node = hmap_delete(absences, &any.node, same_key)))
        of_node(node)->ended = true;
}
