/*
 * inspect: looks at the server's data structures while it runs, and answers
 * with text. Made for people.
 */
#include "buffer.h"
#include "command.h"
#include "container_of.h"
#include "hashtable.h"
#include "keyspace.h"
#include "reply.h"
#include "text.h"
#include "zset.h"

enum { LONGEST = 16 }; /* chains of this length or more are counted as one */

static void count_chains(const struct htab *t, size_t counts[LONGEST + 1])
{
    for (size_t i = 0; t->slots && i <= t->mask; i++) {
        size_t len = 0;
        for (struct hnode *n = t->slots[i]; n && len < LONGEST; n = n->next)
            len++;
        counts[len]++;
    }
}

static void print_table(struct buf *text, const char *name,
                        const struct htab *t)
{
    size_t nslots = t->slots ? t->mask + 1 : 0;

    text_add(text, "%s: %zu slots, %zu keys\n", name, nslots, t->size);
}

/* inspect table: both tables, how far nodes have moved, and how many chains
 * there are of each length. */
static void inspect_table(struct call *call, struct buf *text)
{
    const struct hmap *m = &call->ks->map;
    size_t counts[LONGEST + 1] = {0};

    print_table(text, "newer", &m->newer);
    print_table(text, "older", &m->older);
    if (m->older.slots)
        text_add(text, "moved: slots before %zu of older\n", m->migrate_pos);
    count_chains(&m->newer, counts);
    count_chains(&m->older, counts);
    for (size_t i = 0; i <= LONGEST; i++) {
        if (counts[i] > 0)
            text_add(text, "chains of %zu%s: %zu\n", i,
                     i == LONGEST ? " or more" : "", counts[i]);
    }
}

enum { DEEPEST = 4 }; /* levels of a tree that are drawn */

/* Draws the tree lying on its side: the root at the left, the last member at
 * the top. */
static void draw_tree(struct buf *text, const struct avl_node *node, int depth)
{
    if (!node)
        return;
    if (depth == DEEPEST) {
        text_add(text, "%*s... %u more\n", depth * 6, "",
                 (unsigned)node->count);
        return;
    }
    const struct znode *n = container_of(node, struct znode, by_score);
    draw_tree(text, node->child[1], depth + 1);
    text_add(text, "%*s%.*s=%g (height %d, count %u)\n", depth * 6, "",
             n->by_name.length < 20 ? (int)n->by_name.length : 20,
             (const char *)n->name, n->score, node->height,
             (unsigned)node->count);
    draw_tree(text, node->child[0], depth + 1);
}

/* inspect tree key: the order of a sorted set. */
static void inspect_tree(struct call *call, struct buf *text)
{
    const struct entry *e = keyspace_find(call->ks, call->args[2]);

    if (!e || e->type != ENTRY_ZSET) {
        text_add(text, "no sorted set there\n");
        return;
    }
    text_add(text, "%zu members\n", zset_size(e->zset));
    draw_tree(text, e->zset->tree.root, 0);
}

static const struct {
    const char *name;
    size_t nargs;
    void (*run)(struct call *call, struct buf *text);
} subjects[] = {
    {"table", 2, inspect_table},
    {"tree", 3, inspect_tree},
};

/* inspect subject ... */
void cmd_inspect(struct call *call)
{
    struct buf text = {0};
    struct slice name = call->args[1];

    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        if (subjects[i].nargs == call->nargs &&
            slice_eq(name, slice_of(subjects[i].name)))
            subjects[i].run(call, &text);
    }
    if (buf_size(&text) == 0) {
        reply_err(&call->reply, ERR_UNKNOWN, "unknown command.");
        return;
    }
    buf_truncate(&text, buf_size(&text) - 1); /* the last newline */
    reply_str(&call->reply,
              (struct slice){.data = buf_data(&text), .len = buf_size(&text)});
    buf_free(&text);
}
