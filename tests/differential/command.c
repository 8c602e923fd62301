/*
 * Each word has memory of its own, so words can be taken out and put elsewhere one by one.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../tools/quote.h"
#include "../tools/resp.h"

struct command *command_new(int client)
{
    struct command *c = resized(NULL, sizeof *c);
    *c = (struct command){.client = client};
    return c;
}

struct command *command_copy(const struct command *c)
{
    struct command *copy = command_new(c->client);
    for (size_t i = 0; i < c->nwords; i++) {
        command_add(copy, c->words[i].at, c->words[i].len);
    }
    return copy;
}

void command_free(struct command *c)
{
    for (size_t i = 0; i < c->nwords; i++) {
        bytes_free(&c->words[i]);
    }
    free(c->words);
    free(c);
}

void commands_free(struct command **list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        command_free(list[i]);
    }
    free(list);
}

void command_add(struct command *c, const void *data, size_t len)
{
    c->words = resized(c->words, (c->nwords + 1) * sizeof *c->words);
    c->words[c->nwords] = (struct bytes){0};
    bytes_add(&c->words[c->nwords++], data, len);
}

void command_add_text(struct command *c, const char *text)
{
    command_add(c, text, strlen(text));
}

struct bytes command_take(struct command *c, size_t i)
{
    struct bytes word = c->words[i];
    memmove(c->words + i, c->words + i + 1, (c->nwords - i - 1) * sizeof word);
    c->nwords--;
    return word;
}

bool command_word_is(const struct command *c, size_t i, const char *text)
{
    return i < c->nwords && c->words[i].len == strlen(text) &&
           strncasecmp(c->words[i].at, text, c->words[i].len) == 0;
}

void command_encode(const struct command *c, struct bytes *to)
{
    resp_add_array(to, c->nwords);
    for (size_t i = 0; i < c->nwords; i++) {
        resp_add_word(to, c->words[i].at, c->words[i].len);
    }
}

void command_print(FILE *to, const struct command *c)
{
    for (size_t i = 0; i < c->nwords; i++) {
        if (i > 0) {
            fputc(' ', to);
        }
        quote_print_word(to, c->words[i].at, c->words[i].len);
    }
    fputc('\n', to);
}
