/*
 * The types share the shape of these functions and nothing else: to add a
 * type, write a row and the functions behind it.
 */
#include "types.h"

#include <stdlib.h>
#include <string.h>

#include "container_of.h"
#include "mem.h"
#include "zset.h"

/* The system takes memory back page by page, which is quick, but not free. */
enum { STR_BYTES_PER_WORK = 1024 };

static size_t str_work(const void *value)
{
    const struct str *s = value;

    return s->len / STR_BYTES_PER_WORK;
}

static void *str_copy(const void *value)
{
    size_t size = sizeof(struct str) + ((const struct str *)value)->len;

    return memcpy(mem_alloc(size), value, size);
}

static void zset_free(void *value)
{
    zset_clear(value);
    free(value);
}

static size_t zset_work(const void *value)
{
    return zset_size(value);
}

static bool copy_member(struct hnode *node, void *arg)
{
    const struct znode *n = container_of(node, struct znode, by_name);

    zset_add(arg, znode_name(n), n->score);
    return true;
}

static void *zset_copy(const void *value)
{
    const struct zset *from = value;
    struct zset *copy = mem_zalloc(1, sizeof *copy);

    hmap_foreach(&from->map, copy_member, copy);
    return copy;
}

const struct value_type *type_row(enum entry_type type)
{
    static const struct value_type rows[] = {
        [ENTRY_STR] = {"string", free, str_work, str_copy},
        [ENTRY_ZSET] = {"zset", zset_free, zset_work, zset_copy},
    };

    return &rows[type];
}
