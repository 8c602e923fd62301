/*
 * inspect: looks at the server's data structures while it runs, and answers
 * with text. Made for people.
 */
#include "buffer.h"
#include "command.h"
#include "hashtable.h"
#include "keyspace.h"
#include "reply.h"
#include "text.h"

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

static const struct {
    const char *name;
    size_t nargs;
    void (*run)(struct call *call, struct buf *text);
} subjects[] = {
    {"table", 2, inspect_table},
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
