/*
 * ch07 list: records the list of keys of ch07_kv, and which keys each command compares.
 */
#include "../../../ch07_kv/slice.h"
#include "recorder.h"

static bool eq_noted(struct slice a, struct slice b);

#define slice_eq eq_noted
#include "../../../ch07_kv/keyspace.c"
#undef slice_eq

#include "../../../ch07_kv/command.h"

static struct keyspace keyspace;
static char compared[100]; /* the keys that were, with blanks between */

static bool eq_noted(struct slice a, struct slice b)
{
    size_t n = strlen(compared);
    snprintf(compared + n, sizeof compared - n, "%s%.*s", n ? " " : "", (int)a.len,
             (const char *)a.data);
    return slice_eq(a, b);
}

static const char *reply_in_words(const struct buf *out)
{
    static const char *const words[] = {"OK", "ERR", "NX"};
    static char text[60];
    must(buf_size(out) >= 8 && buf_data(out)[4] <= 2, "a reply without a status");
    snprintf(text, sizeof text, "%s%s%.*s", words[buf_data(out)[4]], buf_size(out) > 8 ? " " : "",
             (int)buf_size(out) - 8, (const char *)buf_data(out) + 8);
    return text;
}

static void run(const char *command, bool is_shown)
{
    struct slice args[3];
    char words[40];
    struct buf out = {0};
    struct call call = {.args = args, .ks = &keyspace, .reply = {.out = &out}};
    snprintf(words, sizeof words, "%s", command);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        args[call.nargs++] = slice_of(word);
    }
    compared[0] = '\0';
    did(command);
    command_run(&call);
    if (!is_shown) {
        buf_free(&out);
        return;
    }
    state("%s", command);
    line("fact keys compared: %s", compared[0] ? compared : "none");
    line("fact reply: %s", reply_in_words(&out));
    printf("    chain first:");
    for (const struct entry *e = keyspace.first; e; e = e->next) {
        printf(" %.*s=%.*s", (int)e->key_len, (const char *)e->key, (int)e->val_len,
               (const char *)e->val);
    }
    printf("\n");
    buf_free(&out);
}

int main(void)
{
    static const char *const commands[] = {"set a 1", "set b 2", "set c 3", "get a",
                                           "set d 4", "set b 9", "del c",   "get c"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        run(commands[i], i >= 2);
    }
    keyspace_clear(&keyspace);
    return 0;
}
