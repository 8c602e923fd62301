/*
 * Names are looked up in a table of hashes, filled when it is first used. A
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
#include "hash.h"
#include "multi.h"
#include "reply.h"
#include "server.h"

static bool fits(int arity, size_t nargs)
{
    if (arity < 0)
        return nargs >= (size_t)-arity;
    return nargs == (size_t)arity;
}

/* Rows by the hash of their name: open addressing, filled when first used. */
static const struct command *lookup(struct slice name)
{
    enum { SLOTS = 512 };
    static const struct command *slots[SLOTS];
    static bool filled;

    for (size_t i = 0; !filled && command_at(i); i++) {
        size_t at = hash_bytes(slice_of(command_at(i)->name)) % SLOTS;
        while (slots[at])
            at = (at + 1) % SLOTS;
        slots[at] = command_at(i);
    }
    filled = true;
    size_t at = hash_bytes(name) % SLOTS;
    while (slots[at] && !slice_eq(slice_of(slots[at]->name), name))
        at = (at + 1) % SLOTS;
    return slots[at];
}

/* The command of that name, of one word or two. On the binary protocol names
 * are in lower case, as the book has them; in RESP any case will do. */
static const struct command *find(const struct call *call, size_t nwords)
{
    bool fold = call->reply.proto != PROTO_BINARY;
    char name[64];
    size_t len = 0;

    for (size_t i = 0; i < nwords; i++) {
        struct slice word = call->args[i];
        if (len + word.len + 1 > sizeof name)
            return NULL;
        if (i > 0)
            name[len++] = '|';
        for (size_t j = 0; j < word.len; j++)
            name[len++] = (char)(fold ? tolower(word.data[j]) : word.data[j]);
    }
    return lookup((struct slice){.data = (uint8_t *)name, .len = len});
}

/* A word of the request, for people: arguments of a format with "%.*s". */
#define QUOTED(word) \
    (word).len < 128 ? (int)(word).len : 128, (const char *)(word).data

/* The request's words, for people, as far as there is room for them. */
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

/* The row that the request asks for; or NULL, and error says what is wrong
 * with it, in Redis' words: no such command, or not so many arguments. */
static const struct command *find_row(const struct call *call, char error[512])
{
    const struct command *cmd = find(call, 1);
    char text[256];

    if (!cmd || strchr(cmd->name, '|')) {
        quote_args(call, text, sizeof text);
        snprintf(error, 512,
                 "ERR unknown command '%.*s', with args beginning with: %s",
                 QUOTED(call->args[0]), text);
        return NULL;
    }
    bool two_words = (cmd->flags & CMD_TWO_WORDS) && call->nargs > 1;
    const struct command *longer = two_words ? find(call, 2) : NULL;
    if (longer)
        cmd = longer;
    if (!fits(cmd->arity, call->nargs)) {
        snprintf(error, 512, "ERR wrong number of arguments for '%s' command",
                 cmd->name);
        return NULL;
    }
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

/* Why a command is not even queued in a transaction. */
static const char *refusal(const struct call *call, const struct command *cmd)
{
    const char *password = call->server->config.requirepass;

    if (!conn_is_trusted(call->conn, password) && !(cmd->flags & CMD_NO_AUTH))
        return "NOAUTH Authentication required.";
    if (multi_is_open(&call->conn->session) && (cmd->flags & CMD_NOT_MULTI))
        return "ERR Command not allowed inside a transaction";
    return NULL;
}

static void run(struct call *call)
{
    struct session *session = &call->conn->session;
    char text[512];
    const struct command *cmd = find_row(call, text);
    const char *wrong = cmd ? refusal(call, cmd) : text;

    if (wrong)
        multi_fail(session);
    if (!cmd && call->reply.proto == PROTO_BINARY)
        reply_err(&call->reply, ERR_UNKNOWN, "unknown command.");
    else if (wrong && arg_is(call, 0, "exec"))
        multi_abort(call, wrong);
    else if (wrong)
        reply_error(&call->reply, "%s", wrong);
    else if (multi_is_open(session) && !(cmd->flags & CMD_NO_QUEUE))
        multi_queue(call, cmd);
    else
        command_call(call, cmd);
}

void command_run(struct call *call)
{
    const struct slice all_keys[] = {slice_of("keys"), slice_of("*")};

    if (call->nargs == 0 && call->reply.proto != PROTO_BINARY)
        return;
    if (call->reply.proto == PROTO_BINARY && call->nargs == 1 &&
        slice_eq(call->args[0], slice_of("keys"))) {
        call->args = all_keys; /* in the book that has no argument */
        call->nargs = 2;
    }
    reply_begin(&call->reply);
    if (call->nargs > 0)
        run(call);
    else
        reply_err(&call->reply, ERR_UNKNOWN, "unknown command.");
    if (call->conn->session.wait) /* the reply comes later */
        buf_truncate(call->reply.out, call->reply.start);
    else
        command_end(call);
}
