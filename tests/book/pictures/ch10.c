/*
 * ch10 SCENARIO: records the tree of a sorted set of ch10_avl while it is mended.
 *
 *   balance   a single rotation, then a double one
 *   remove    remove_inner(), and the rotations that it makes necessary
 */
#define WATCHED
#include "recorder.h"

#include "../../../ch10_avl/avl.c"

#include "../../../ch10_avl/command.h"
#include "../../../ch10_avl/container_of.h"
#include "../../../ch10_avl/keyspace.h"
#include "../../../ch10_avl/zset.h"
#include "commands.h"

enum { MOST_MEMBERS = 20 };

static struct keyspace keyspace;
static const struct znode *members[MOST_MEMBERS]; /* in the order of their coming */
static size_t n_members, n_shown;
static bool was_shown[MOST_MEMBERS];
static const char *command; /* that is carried out */

static struct zset *zset(void)
{
    return keyspace_find(&keyspace, slice_of("z"))->zset;
}

static const struct znode *member_of(const struct avl_node *n)
{
    return container_of(n, struct znode, by_score);
}

static char name_of(const struct avl_node *n)
{
    return (char)member_of(n)->name[0];
}

static void show_numbers(const struct avl_node *n)
{
    printf(", height %d, count %u\n", n->height, (unsigned)n->count);
}

static void show_below(const struct avl_node *n, const char *place)
{
    char below[20];
    if (!n) {
        return;
    }
    must(n_shown++ < MOST_MEMBERS, "a tree without an end");
    snprintf(below, sizeof below, "left of %c", name_of(n));
    show_below(n->child[0], below);
    printf("    node %c: %s", name_of(n), place);
    show_numbers(n);
    snprintf(below, sizeof below, "right of %c", name_of(n));
    show_below(n->child[1], below);
    for (size_t i = 0; i < n_members; i++) {
        was_shown[i] = was_shown[i] || members[i] == member_of(n);
    }
}

static void show(const char *label)
{
    n_shown = 0;
    memset(was_shown, 0, sizeof was_shown);
    state("%s", label);
    show_below(zset()->tree.root, "root");
    for (size_t i = 0; i < n_members; i++) {
        if (!was_shown[i]) {
            printf("    node %c: apart", members[i]->name[0]);
            show_numbers(&members[i]->by_score);
        }
    }
}

static void watch(uintptr_t function, bool entered)
{
    static size_t n_replaced; /* the first is the one that remove_inner() makes */
    static size_t n_rotations;
    char label[60], rotated[40];
    const char *what = NULL;
    if (entered && function == ADDRESS(remove_inner)) {
        n_replaced = 0;
    } else if (!entered && function == ADDRESS(replace) && n_replaced++ == 0) {
        what = "the next one is taken out";
    } else if (entered && function == ADDRESS(mend)) {
        n_replaced = 2;
        n_rotations = 0;
        what = strncmp(command, "zadd", 4) == 0 ? "the node is attached" : "it takes the place";
    } else if (!entered && function == ADDRESS(rotate)) {
        snprintf(rotated, sizeof rotated, "after rotation %zu", ++n_rotations);
        what = rotated;
    }
    if (what) {
        snprintf(label, sizeof label, "%s: %s", command, what);
        show(label);
    }
}

/* What is recorded: nothing, the final state, or each step as well. */
enum detail { NOTHING, END, STEPS };

static void zadd(const char *text, enum detail detail)
{
    command = text;
    watching = detail == STEPS;
    run(&keyspace, text);
    watching = false;
    members[n_members++] = zset_find(zset(), slice_of(text + strlen(text) - 1));
    if (detail == END) {
        show(text);
        inspect(&keyspace, "inspect tree z");
    }
}

static void zrem(const char *text)
{
    command = text;
    watching = true;
    run(&keyspace, text);
    watching = false;
    for (size_t i = 0; i < n_members; i++) {
        if (!was_shown[i]) {
            members[i] = members[--n_members];
        }
    }
    show("zrem z d: the command ends");
    inspect(&keyspace, "inspect tree z");
}

static void play_balance(void)
{
    zadd("zadd z 1 a", NOTHING);
    zadd("zadd z 2 b", END);
    zadd("zadd z 5 e", STEPS);
    zadd("zadd z 3 c", END);
    zadd("zadd z 4 d", STEPS);
    inspect(&keyspace, "inspect tree z"); /* the last rotation was the end of it */
}

static void play_remove(void)
{
    static const char *const before[] = {"zadd z 4 d", "zadd z 2 b", "zadd z 6 f", "zadd z 1 a",
                                         "zadd z 3 c", "zadd z 5 e", "zadd z 8 h"};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        zadd(before[i], NOTHING);
    }
    zadd("zadd z 7 g", END);
    zrem("zrem z d");
}

int main(int argc, char **argv)
{
    (void)argc;
    if (plays(argv, "balance")) {
        play_balance();
    } else {
        play_remove();
    }
    keyspace_clear(&keyspace);
    return 0;
}
