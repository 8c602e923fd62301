/*
 * struct zset of the directory under test. Random operations give what a sorted
 * array gives (SEED=n repeats a run). After each of them the tree must be in
 * order and balanced, with correct counts and with the same members as the
 * hashtable. Few scores and similar names make many ties.
 */
#include "zset.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "passed.h"
#include "random.h"

enum { NAMES = 120, STEPS = 20000, LONGEST = 8 };

struct member {
    uint8_t name[LONGEST];
    size_t len;
    double score;
};

static struct zset zset;
static struct member names[NAMES];
static struct member model[NAMES]; /* in their order */
static size_t nmodel;
static size_t step;
static const char *doing = "";

static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("step %zu, %s, %zu members: ", step, doing, nmodel);
    vprintf(format, args);
    printf("\n");
    va_end(args);
    exit(1);
}

static double random_score(void)
{
    static const double odd[] = {-0.0, 0.0, 1e308, -1e308, 5e-324, 1.0, 2.0};
    const double infinite = (double)1e308 * 10;

    switch (random_below(8)) {
    case 0:
        return odd[random_below(sizeof odd / sizeof odd[0])];
    case 1:
        return random_below(2) ? infinite : -infinite;
    case 2:
        return (double)random_below(1000) / 7;
    default:
        return (double)random_below(4) - 1;
    }
}

static struct slice name_of(const struct member *m)
{
    return (struct slice){.data = m->name, .len = m->len};
}

/* ---- the model ---- */

static int compare(double score, struct slice name, const struct member *m)
{
    size_t common = name.len < m->len ? name.len : m->len;
    int order = common ? memcmp(name.data, m->name, common) : 0;

    if (score != m->score)
        return score < m->score ? -1 : 1;
    return order ? order : (name.len > m->len) - (name.len < m->len);
}

static size_t model_seek(double score, struct slice name)
{
    size_t p = 0;
    while (p < nmodel && compare(score, name, &model[p]) > 0)
        p++;
    return p;
}

static size_t model_find(struct slice name)
{
    size_t p = 0;
    while (p < nmodel && !slice_eq(name, name_of(&model[p])))
        p++;
    return p;
}

static void model_remove(size_t p)
{
    nmodel--;
    memmove(&model[p], &model[p + 1], (nmodel - p) * sizeof model[0]);
}

static void model_insert(const struct member *m, double score)
{
    size_t p = model_seek(score, name_of(m));
    memmove(&model[p + 1], &model[p], (nmodel - p) * sizeof model[0]);
    model[p] = *m;
    model[p].score = score;
    nmodel++;
}

/* ---- the checker ---- */

static struct znode *of_tree(const struct avl_node *node)
{
    return (struct znode *)((char *)(uintptr_t)node -
                            offsetof(struct znode, by_score));
}

static void check_member(const struct znode *n, size_t place)
{
    if (place >= nmodel)
        fail("the tree has more members: an old node was left in it?");
    const struct member *want = &model[place];
    if (!slice_eq(znode_name(n), name_of(want)) ||
        memcmp(&n->score, &want->score, sizeof n->score) != 0)
        fail("at place %zu is '%.*s' with score %g, it should be '%.*s' with "
             "score %g",
             place, (int)n->by_name.length, (const char *)n->name, n->score,
             (int)want->len, (const char *)want->name, want->score);
    if (zset_find(&zset, znode_name(n)) != n)
        fail("'%.*s' is in the tree, and by name it is not the same member",
             (int)n->by_name.length, (const char *)n->name);
}

static int check_tree(const struct avl_node *n, const struct avl_node *parent,
                      size_t first)
{
    if (!n)
        return 0;
    if (n->parent != parent)
        fail("a node of the tree has the wrong parent");
    size_t before = n->child[0] ? n->child[0]->count : 0;
    size_t after = n->child[1] ? n->child[1]->count : 0;
    if (n->count != before + 1 + after)
        fail("a node's count is %zu, not %zu", (size_t)n->count,
             before + 1 + after);
    int left = check_tree(n->child[0], n, first);
    check_member(of_tree(n), first + before);
    int right = check_tree(n->child[1], n, first + before + 1);
    if (left - right > 1 || right - left > 1)
        fail("subtrees are %d and %d high", left, right);
    return 1 + (left > right ? left : right);
}

static void check(void)
{
    check_tree(zset.tree.root, NULL, 0);
    size_t n = zset.tree.root ? zset.tree.root->count : 0;
    if (n != nmodel || zset_size(&zset) != nmodel)
        fail("%zu members are in the tree and %zu have a name; it should be "
             "%zu",
             n, zset_size(&zset), nmodel);
}

/* ---- operations ---- */

static void add(const struct member *m, double score)
{
    size_t p = model_find(name_of(m));
    bool is_new = p == nmodel;

    doing = is_new ? "zset_add, a new member" : "zset_add, a new score";
    if (!is_new && model[p].score != score)
        model_remove(p); /* -0 for 0 changes nothing */
    if (is_new || model_find(name_of(m)) == nmodel)
        model_insert(m, score);
    if (zset_add(&zset, name_of(m), score) != is_new)
        fail("it returned %d", !is_new);
}

static void take_out(const struct member *m)
{
    size_t p = model_find(name_of(m));
    struct znode *n = zset_find(&zset, name_of(m));

    doing = "zset_remove";
    if ((n != NULL) != (p < nmodel))
        fail("zset_find() is wrong about '%.*s'", (int)m->len,
             (const char *)m->name);
    if (n) {
        zset_remove(&zset, n);
        model_remove(p);
    }
}

static void check_next(const struct znode *n, size_t place)
{
    struct znode *after = znode_next(n, 1);
    struct znode *before = znode_next(n, 0);

    doing = "znode_next";
    if ((after != NULL) != (place + 1 < nmodel) ||
        (before != NULL) != (place > 0))
        fail("from place %zu: nothing where a member is, or the reverse",
             place);
    if (after)
        check_member(after, place + 1);
    if (before)
        check_member(before, place - 1);
}

static void seek(const struct member *m, double score, int64_t offset)
{
    size_t p = model_seek(score, name_of(m));
    struct znode *n = zset_seek(&zset, score, name_of(m));

    doing = "zset_seek";
    if ((n != NULL) != (p < nmodel))
        fail(n ? "it found a member past the end" : "it found nothing");
    if (!n)
        return;
    check_member(n, p);
    doing = "znode_offset";
    int64_t place = (int64_t)p + offset;
    struct znode *there = znode_offset(n, offset);
    if ((there != NULL) != (place >= 0 && place < (int64_t)nmodel))
        fail("from place %zu by %" PRId64 ": %s", p, offset,
             there ? "there should be nothing" : "nothing");
    if (there)
        check_member(there, (size_t)place);
    check_next(n, p);
}

/* Short names of few letters, one of them empty, some with NUL in them. */
static void make_names(void)
{
    static const uint8_t letters[] = {'\0', 'a', 0x7F, 0x80, 0xFF};

    for (size_t i = 0; i < NAMES; i++) {
        size_t left = i;
        while (left > 0) {
            names[i].name[names[i].len++] = letters[--left % 5];
            left /= 5;
        }
    }
}

int main(void)
{
    random_begin();

    make_names();
    for (step = 1; step <= STEPS; step++) {
        const struct member *m = &names[random_below(NAMES)];
        size_t bias = step / 3000 % 2 ? 3 : 7;
        if (random_below(10) < bias)
            add(m, random_score());
        else
            take_out(m);
        check();
        seek(&names[random_below(NAMES)], random_score(),
             (int64_t)random_below(20) - 10);
    }
    zset_clear(&zset);
    nmodel = 0;
    check();
    add(&names[1], 1);
    check();
    zset_clear(&zset);
    return passed();
}
