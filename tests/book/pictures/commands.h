/*
 * commands: carries out a command as the stage's own loop does, in the stages that have commands
 * (from ch08 on). Include the stage's command.h first.
 */
#ifndef PICTURES_COMMANDS_H
#define PICTURES_COMMANDS_H

#include "recorder.h"

enum { MOST_WORDS = 8 };

/* Returns the reply; its value begins after the 4 bytes of the length. */
static inline struct buf reply_to(struct keyspace *ks, const char *command)
{
    char words[200];
    struct slice args[MOST_WORDS];
    struct buf out = {0};
    struct call call = {.args = args, .ks = ks};
    snprintf(words, sizeof words, "%s", command);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        must(call.nargs < MOST_WORDS, "a command of too many words");
        args[call.nargs++] = slice_of(word);
    }
    call.reply.out = &out;
    command_run(&call);
    return out;
}

static inline void run(struct keyspace *ks, const char *command)
{
    did(command);
    struct buf out = reply_to(ks, command);
    must(buf_size(&out) > 4 && buf_data(&out)[4] != 1, command); /* 1: an error */
    buf_free(&out);
}

/* Writes down what the stage says to `inspect ...`: a string, after its tag and its length. */
static inline void inspect(struct keyspace *ks, const char *command)
{
    struct buf out = reply_to(ks, command);
    size_t from = 9;
    must(buf_size(&out) > from && buf_data(&out)[4] == 2, command);
    for (size_t i = from; i <= buf_size(&out); i++) {
        if (i == buf_size(&out) || buf_data(&out)[i] == '\n') {
            line("text: %.*s", (int)(i - from), (const char *)buf_data(&out) + from);
            from = i + 1;
        }
    }
    buf_free(&out);
}

#endif
