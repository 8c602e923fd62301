/*
 * ch13 SCENARIO: records the heap of ch13_ttl while keys get and lose their times. The clock
 * stands at 0; an item is shown as KEY=SECONDS.
 *
 *   rise      a key is to expire before all others
 *   sink      the first key is deleted; then another gets a later expiry
 */
#define WATCHED
#include "recorder.h"

#include "../../../ch13_ttl/heap.c"

#include "../../../ch13_ttl/command.h"
#include "../../../ch13_ttl/container_of.h"
#include "../../../ch13_ttl/keyspace.h"
#include "commands.h"

static struct keyspace keyspace;
static const struct entry *held; /* its item is to be put somewhere */
static uint64_t held_at;
static size_t n_puts;
static const char *command;

static bool owns(const struct heap_item *item, size_t i)
{
    return *item->index == i;
}

static void show_item(const uint32_t *index, uint64_t at)
{
    const struct entry *e = container_of(index, struct entry, heap_index);
    printf("%.*s=%d\n", (int)e->node.length, (const char *)e->key, (int)(at / 1000));
}

/* An item whose owner does not point back has moved: what is left of it is a hole. */
static void show(const char *label)
{
    const struct heap *h = &keyspace.expiries;
    bool is_held = held != NULL;
    state("%s", label);
    for (size_t i = 0; i < h->size; i++) {
        bool is_new = held && held->heap_index == HEAP_NONE && i + 1 == h->size && n_puts == 0;
        bool stays = !is_new && owns(&h->items[i], i);
        if (stays && held && h->items[i].index == &held->heap_index && h->items[i].at != held_at) {
            stays = false; /* it is in hand already, with its new time */
        }
        printf("    item %zu: ", i);
        if (stays) {
            show_item(h->items[i].index, h->items[i].at);
            is_held = is_held && h->items[i].index != &held->heap_index;
        } else {
            printf("-\n");
        }
    }
    if (is_held) {
        printf("    hand in hand: ");
        show_item(&held->heap_index, held_at);
    }
}

/* Has the item arrived that was held? */
static bool is_in_place(void)
{
    const struct heap *h = &keyspace.expiries;
    uint32_t i = held->heap_index;
    return i < h->size && h->items[i].index == &held->heap_index && h->items[i].at == held_at;
}

static void watch(uintptr_t function, bool entered)
{
    char label[60];
    if (entered && function == ADDRESS(settle)) {
        n_puts = 0;
        snprintf(label, sizeof label, "%s: there is a hole", command);
    } else if (!entered && function == ADDRESS(put)) {
        snprintf(label, sizeof label, "%s: put() number %zu", command, ++n_puts);
    } else {
        return;
    }
    if (held->heap_index == HEAP_NONE || !is_in_place()) { /* else the command is about to end */
        show(label);
    }
}

static const struct entry *entry_of(const char *key)
{
    return keyspace_find(&keyspace, slice_of(key));
}

/* Gives the key its TTL, in seconds. */
static void pexpire(const char *key, int seconds)
{
    char text[40];
    snprintf(text, sizeof text, "pexpire %s %d", key, seconds * 1000);
    run(&keyspace, text);
}

static void fill(const int *seconds, size_t n)
{
    char key[2] = "a", text[20];
    for (size_t i = 0; i < n; i++, key[0]++) {
        snprintf(text, sizeof text, "set %s 1", key);
        run(&keyspace, text);
        pexpire(key, seconds[i]);
    }
}

static void show_end(const char *label)
{
    watching = false;
    held = NULL;
    show(label);
    inspect(&keyspace, "inspect heap");
}

static void play_rise(void)
{
    static const int seconds[] = {3, 5, 4, 9, 6, 8};
    fill(seconds, sizeof seconds / sizeof *seconds);
    run(&keyspace, "set g 1");
    show_end("six keys with a TTL");
    command = "pexpire g 2000";
    held = entry_of("g");
    held_at = 2000;
    watching = true;
    run(&keyspace, command);
    show_end("pexpire g 2000: the command ends");
}

static void play_sink(void)
{
    static const int seconds[] = {1, 4, 2, 8, 5, 3, 7, 9, 10, 6};
    fill(seconds, sizeof seconds / sizeof *seconds);
    show_end("ten keys with a TTL");
    command = "del a";
    held = entry_of("j"); /* the last one */
    held_at = 6000;
    watching = true;
    run(&keyspace, command);
    show_end("del a: the command ends");
    run(&keyspace, "pexpire c 20000");
    show_end("pexpire c 20000");
}

int main(int argc, char **argv)
{
    (void)argc;
    if (plays(argv, "rise")) {
        play_rise();
    } else {
        play_sink();
    }
    keyspace_clear(&keyspace);
    return 0;
}
