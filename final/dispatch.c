/*
 * Names are looked up in a hashtable of rows, filled when it is first used. A
 * request that passes every check in refusal() runs, or joins the queue of an
 * open transaction.
 */
#include "dispatch.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "commands.h"
#include "conn.h"
#include "multi.h"
#include "reply.h"
#include "server.h"

/* An arity of -n means n strings or more. */
static bool fits(int arity, size_t nargs)
{
    if (arity < 0)
        return nargs >= (size_t)-arity;
    return nargs == (size_t)arity;
}

/* In RESP a name may be written in upper or lower case. On the binary protocol
 * names are in lower case, as in the book. */
static uint8_t fold_letter(uint8_t c, bool fold)
{
    return fold && c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

/* A step of FNV-1a. All names are known in advance, so nobody can make them
 * collide: the hash needs no random key, and can be a simple one. */
static uint32_t hash_letter(uint32_t hash, uint8_t c)
{
    return (hash ^ c) * 16777619u;
}

enum { HASH_START = 2166136 };

/* Two words are hashed as the name of their row is, with a bar between them. */
static uint32_t hash_words(const struct slice *words, size_t nwords, bool fold)
{
    uint32_t hash = HASH_START;

    for (size_t i = 0; i < nwords; i++) {
        if (i > 0)
            hash = hash_letter(hash, '|');
        for (size_t j = 0; j < words[i].len; j++)
            hash = hash_letter(hash, fold_letter(words[i].data[j], fold));
    }
    return hash;
}

/* Is it the name that the words make, with a bar between two? */
static bool is_name(const char *name, const struct slice *words, size_t nwords,
                    bool fold)
{
    for (size_t i = 0; i < nwords; i++) {
        if (i > 0 && *name++ != '|')
            return false;
        for (size_t j = 0; j < words[i].len; j++) {
            if (*name == '\0' ||
                (uint8_t)*name++ != fold_letter(words[i].data[j], fold))
                return false;
        }
    }
    return *name == '\0';
}

/* Rows by the hash of their name, with open addressing: a name whose slot is
 * taken goes into the next free one. More than half of the slots stay free, so
 * that a search is a step or two. */
enum { SLOTS = 512 };
static const struct command *slots[SLOTS];

/* Every request looks for its row. Comparing its name with one row after
 * another would take longer than many commands do. */
static void fill_slots(void)
{
    for (size_t i = 0; command_at(i); i++) {
        struct slice name = slice_of(command_at(i)->name);
        size_t at = hash_words(&name, 1, false) % SLOTS;
        while (slots[at])
            at = (at + 1) % SLOTS;
        slots[at] = command_at(i);
    }
}

/* Returns the command of that name, of one word or two, or NULL. A word that is
 * longer than any name is not even hashed. */
static const struct command *find(const struct slice *words, size_t nwords,
                                  bool fold)
{
    enum { LONGEST = 64 };
    static bool filled;

    if (!filled)
        fill_slots();
    filled = true;
    if (words[0].len > LONGEST || words[nwords - 1].len > LONGEST)
        return NULL;
    size_t at = hash_words(words, nwords, fold) % SLOTS;
    while (slots[at] && !is_name(slots[at]->name, words, nwords, fold))
        at = (at + 1) % SLOTS;
    return slots[at];
}

/* A row named "client|id" is for two words: one word with a bar in it does not
 * find it. What is left over here is looked up again by find_row(), with its
 * error. */
const struct command *command_find(const struct slice *args, size_t nargs,
                                   bool fold)
{
    const struct command *cmd = nargs > 0 ? find(args, 1, fold) : NULL;

    if (!cmd || cmd->flags & CMD_TWO_WORDS || strchr(cmd->name, '|') ||
        !fits(cmd->arity, nargs))
        return NULL;
    return cmd;
}

/* A word of the request, for people: arguments of a format with "%.*s". */
#define QUOTED(word) \
    (word).len < 128 ? (int)(word).len : 128, (const char *)(word).data

/* Writes the arguments for people, as far as there is room for them. */
static void quote_args(const struct call *call, char *text, size_t size)
{
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 1; i < call->nargs && len < 128; i++) {
        struct slice arg = call->args[i];
        size_t room = 128 - len;
        len += (size_t)snprintf(text + len, size - len, "'%.*s' ",
                                (int)(arg.len < room ? arg.len : room),
                                (const char *)arg.data);
    }
}

/* Returns the row that the request asks for; or NULL, with the error in Redis's
 * words: the command or its second word is unknown, or the number of arguments
 * is wrong. A row of two words goes before that of the first word alone. */
static const struct command *find_row(const struct call *call, char error[512])
{
    bool fold = call->reply.proto != PROTO_BINARY;
    const struct command *cmd = find(call->args, 1, fold);
    char text[256];

    if (!cmd || strchr(cmd->name, '|')) {
        quote_args(call, text, sizeof text);
        snprintf(error, 512,
                 "ERR unknown command '%.*s', with args beginning with: %s",
                 QUOTED(call->args[0]), text);
        return NULL;
    }
    bool two_words = (cmd->flags & CMD_TWO_WORDS) && call->nargs > 1;
    const struct command *longer = two_words ? find(call->args, 2, fold) : NULL;
    if (longer)
        cmd = longer;
    if (!fits(cmd->arity, call->nargs)) {
        snprintf(error, 512, "ERR wrong number of arguments for '%s' command",
                 cmd->name);
        return NULL;
    }
    /* The first word is right: the error has it in capitals. */
    if (two_words && !longer) {
        size_t i = 0;
        for (; cmd->name[i]; i++)
            text[i] = (char)toupper((unsigned char)cmd->name[i]);
        text[i] = '\0';
        snprintf(error, 512, "ERR unknown subcommand '%.*s'. Try %s HELP.",
                 QUOTED(call->args[1]), text);
        return NULL;
    }
    return cmd;
}

/* Returns why a command may neither run nor be queued, or NULL. */
static const char *refusal(const struct call *call, const struct command *cmd)
{
    const char *password = call->server->config.requirepass;

    if (!conn_is_trusted(call->conn, password) && !(cmd->flags & CMD_NO_AUTH))
        return "NOAUTH Authentication required.";
    if (multi_is_open(&call->conn->session) && (cmd->flags & CMD_NOT_MULTI))
        return "ERR Command not allowed inside a transaction";
    return NULL;
}

/* What happens to a request, in this order: it is found, it is refused, queued
 * or run. A wrong request makes an open transaction fail at EXEC; an EXEC that
 * is wrong itself ends it at once. On the binary protocol an unknown command
 * has the error of the book. */
static void run(struct call *call)
{
    struct session *session = &call->conn->session;
    char text[512];
    /* Most rows have been found by batch.c already. */
    const struct command *cmd = call->cmd ? call->cmd : find_row(call, text);
    const char *wrong = cmd ? refusal(call, cmd) : text;

    if (wrong)
        multi_fail(session);
    if (!cmd && call->reply.proto == PROTO_BINARY)
        reply_book_error(&call->reply, BOOK_NO_COMMAND);
    else if (wrong && arg_is(call, 0, "exec"))
        multi_abort(call, wrong);
    else if (wrong)
        reply_error(&call->reply, "%s", wrong);
    else if (multi_is_open(session) && !(cmd->flags & CMD_NO_QUEUE))
        multi_queue(call, cmd);
    else
        command_call(call, cmd);
}

/* Every request comes through here, and gets one reply. But an empty one gets
 * none in RESP, as in Redis, and a client that blocks gets its reply later. */
void command_run(struct call *call)
{
    struct slice all_keys[2];

    if (call->nargs == 0 && call->reply.proto != PROTO_BINARY)
        return;
    if (call->reply.proto == PROTO_BINARY && call->nargs == 1 &&
        slice_eq(call->args[0], slice_of("keys"))) {
        all_keys[0] = slice_of("keys"); /* in the book it has no argument */
        all_keys[1] = slice_of("*");
        call->args = all_keys;
        call->nargs = 2;
    }
    reply_begin(&call->reply);
    if (call->nargs > 0)
        run(call);
    else
        reply_book_error(&call->reply, BOOK_NO_COMMAND);
    if (call->conn->session.wait || call->paused) /* the reply comes later */
        buf_truncate(call->reply.out, call->reply.start);
    else
        command_end(call);
}
