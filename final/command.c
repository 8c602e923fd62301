#include "command.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "conn.h"
#include "hash.h"
#include "multi.h"
#include "number.h"
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
    char name[64];
    size_t len = 0;

    for (size_t i = 0; i < nwords; i++) {
        struct slice word = call->args[i];
        if (len + word.len + 1 > sizeof name)
            return NULL;
        if (i > 0)
            name[len++] = '|';
        for (size_t j = 0; j < word.len; j++) {
            char c = (char)word.data[j];
            bool fold = call->reply.proto != PROTO_BINARY;
            name[len++] = (char)(fold && c >= 'A' && c <= 'Z' ? c + 32 : c);
        }
    }
    return lookup((struct slice){.data = (uint8_t *)name, .len = len});
}

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

const struct command *command_find(const struct call *call, char error[512])
{
    const struct command *cmd = find(call, 1);
    struct slice name = call->args[0];
    char args[256];

    if (!cmd || strchr(cmd->name, '|')) {
        quote_args(call, args, sizeof args);
        snprintf(error, 512,
                 "ERR unknown command '%.*s', with args beginning with: %s",
                 name.len < 128 ? (int)name.len : 128, (const char *)name.data,
                 args);
        return NULL;
    }
    bool two_words = (cmd->flags & CMD_TWO_WORDS) && call->nargs > 1;
    if (two_words && find(call, 2))
        cmd = find(call, 2);
    if (!fits(cmd->arity, call->nargs)) {
        snprintf(error, 512,
                 "ERR wrong number of arguments for '%s' command", cmd->name);
        return NULL;
    }
    if (two_words && (cmd->flags & CMD_TWO_WORDS)) {
        snprintf(error, 512, "ERR unknown subcommand '%.*s'. Try %s HELP.",
                 call->args[1].len < 128 ? (int)call->args[1].len : 128,
                 (const char *)call->args[1].data, cmd->name);
        for (char *c = strstr(error, "Try ") + 4; *c != ' '; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        return NULL;
    }
    return cmd;
}

bool arg_db(struct call *call, size_t i, size_t *db)
{
    int64_t n;

    if (!number_strict_int(call->args[i], &n))
        reply_not_int(&call->reply);
    else if (n < INT32_MIN || n > INT32_MAX)
        reply_error(&call->reply, "ERR value is out of range, value must "
                                  "between -2147483648 and 2147483647");
    else if (n < 0 || n >= SERVER_DBS)
        reply_error(&call->reply, "ERR DB index is out of range");
    else
        *db = (size_t)n;
    return !call->reply.failed;
}

bool arg_is(const struct call *call, size_t i, const char *word)
{
    return i < call->nargs && call->args[i].len == strlen(word) &&
           strncasecmp((const char *)call->args[i].data, word,
                       call->args[i].len) == 0;
}

void command_call(struct call *call, const struct command *cmd)
{
    call->conn->session.last_command = cmd->name;
    call->server->ncommands++;
    call->ks = &call->server->dbs[call->conn->session.db];
    cmd->run(call);
}

static void run(struct call *call)
{
    struct session *session = &call->conn->session;
    char error[512];
    const struct command *cmd = command_find(call, error);

    if (!cmd) {
        multi_fail(session);
        if (arg_is(call, 0, "exec") && call->reply.proto != PROTO_BINARY)
            multi_abort(call, error);
        else if (call->reply.proto == PROTO_BINARY)
            reply_err(&call->reply, ERR_UNKNOWN, "unknown command.");
        else
            reply_error(&call->reply, "%s", error);
    } else if (!session->trusted && !(cmd->flags & CMD_NO_AUTH)) {
        multi_fail(session);
        reply_error(&call->reply, "NOAUTH Authentication required.");
    } else if (multi_is_open(session) && (cmd->flags & CMD_NOT_MULTI)) {
        multi_fail(session);
        reply_error(&call->reply,
                    "ERR Command not allowed inside a transaction");
    } else if (multi_is_open(session) && !(cmd->flags & CMD_NO_QUEUE)) {
        multi_queue(call, cmd);
        reply_status(&call->reply, "QUEUED");
    } else {
        command_call(call, cmd);
    }
}

/* A reply that the client does not want (CLIENT REPLY), or that is to come
 * later (a blocking command), is taken back. */
static void take_back(struct call *call)
{
    struct session *session = &call->conn->session;

    if (session->wait || session->reply_mode != REPLY_ON)
        buf_truncate(call->reply.out, call->reply.start);
    if (session->reply_mode == REPLY_SKIP)
        session->reply_mode = REPLY_ON;
    else if (session->reply_mode == REPLY_SKIP_NEXT)
        session->reply_mode = REPLY_SKIP;
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
    reply_end(&call->reply);
    take_back(call);
}
