/*
 * ch08 SCENARIO: records the table of ch08_hashtable.
 *
 *   grow      the eighth key makes it grow, and the nodes move a few at a time
 *   chain     a node is taken out of the middle of a chain
 */
#define WATCHED
#include "recorder.h"

#include "../../../ch08_hashtable/hashtable.c"

#include "../../../ch08_hashtable/command.h"
#include "../../../ch08_hashtable/container_of.h"
#include "../../../ch08_hashtable/keyspace.h"
#include "commands.h"

static struct keyspace keyspace;

static void show_table(const char *name, const struct htab *t)
{
    for (size_t i = 0; t->slots && i <= t->mask; i++) {
        printf("    slot %s %zu:", name, i);
        for (const struct hnode *n = t->slots[i]; n; n = n->next) {
            const struct entry *e = container_of(n, struct entry, node);
            printf(" %.*s", (int)e->node.length, (const char *)e->key);
        }
        printf("\n");
    }
}

static void show(const char *label)
{
    state("%s", label);
    if (keyspace.map.older.slots) {
        line("at older: %zu", keyspace.map.migrate_pos);
    }
    show_table("older", &keyspace.map.older);
    show_table("newer", &keyspace.map.newer);
    inspect(&keyspace, "inspect table");
}

static void watch(uintptr_t function, bool entered)
{
    const struct hmap *m = &keyspace.map;
    if (entered && function == ADDRESS(start_growing)) {
        show("set d 8: the node is in");
    } else if (!entered && function == ADDRESS(start_growing)) {
        show("set d 8: a larger table takes over");
    } else if (!entered && function == ADDRESS(hmap_insert) && m->older.slots) {
        show("set d 8: the command ends");
    }
}

static void play_grow(void)
{
    static const char *const keys[] = {"set c 1", "set q 2", "set e 3", "set h 4",
                                       "set i 5", "set b 6", "set a 7"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        run(&keyspace, keys[i]);
    }
    show("seven keys in eight slots");
    watching = true;
    run(&keyspace, "set d 8");
    watching = false;
    run(&keyspace, "get x");
    show("get x, a key that is not there");
}

static void play_chain(void)
{
    static const char *const keys[] = {"set a 1", "set b 2", "set i 3", "set q 4", "set e 5"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        run(&keyspace, keys[i]);
    }
    show("five keys in eight slots");
    run(&keyspace, "set y 6");
    show("set y 6");
    run(&keyspace, "del i");
    show("del i");
    run(&keyspace, "del y");
    show("del y");
}

int main(int argc, char **argv)
{
    (void)argc;
    if (plays(argv, "grow")) {
        play_grow();
    } else {
        play_chain();
    }
    keyspace_clear(&keyspace);
    return 0;
}
