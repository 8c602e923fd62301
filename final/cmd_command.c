/*
 * Commands about commands, for clients that want to know what there is.
 */
#include <string.h>
#include <strings.h>

#include "command.h"
#include "commands.h"
#include "glob.h"
#include "number.h"
#include "reply.h"

static bool is_subcommand(const struct command *cmd)
{
    return strchr(cmd->name, '|') != NULL;
}

static void reply_flags(struct reply *r, int flags)
{
    static const struct {
        int flag;
        const char *name;
    } names[] = {
        {CMD_READ, "readonly"},      {CMD_WRITE, "write"},
        {CMD_FAST, "fast"},          {CMD_ADMIN, "admin"},
        {CMD_BLOCKING, "blocking"},  {CMD_NO_AUTH, "no_auth"},
        {CMD_NOT_MULTI, "no_multi"}, {CMD_KEYS_MOVE, "movablekeys"},
    };
    size_t at = reply_arr_begin(r);
    size_t n = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (flags & names[i].flag) {
            reply_status(r, names[i].name);
            n++;
        }
    }
    reply_arr_end(r, at, n);
}

static void reply_info(struct reply *r, const struct command *cmd)
{
    reply_arr(r, 10);
    reply_cstr(r, cmd->name);
    reply_int(r, cmd->arity);
    reply_flags(r, cmd->flags);
    reply_int(r, cmd->first_key);
    reply_int(r, cmd->last_key);
    reply_int(r, cmd->key_step);
    for (int i = 0; i < 4;
         i++) /* ACL, tips, key specifications, second words */
        reply_arr(r, 0);
}

/* The row of that name, or NULL. */
static const struct command *named(struct slice name)
{
    const struct command *cmd;

    for (size_t i = 0; (cmd = command_at(i)); i++) {
        if (strlen(cmd->name) == name.len &&
            strncasecmp(cmd->name, (const char *)name.data, name.len) == 0)
            return cmd;
    }
    return NULL;
}

/* Replies one(cmd) for the commands that args[2] and on name, or for all. The
 * documentation is a map: two values a command. */
static void reply_each(struct call *call, bool docs,
                       void (*one)(struct reply *r, const struct command *cmd))
{
    size_t at = reply_arr_begin(&call->reply);
    const struct command *cmd;
    size_t n = 0;

    for (size_t i = 2; i < call->nargs; i++) {
        cmd = named(call->args[i]);
        if (cmd)
            one(&call->reply, cmd);
        else if (!docs)
            reply_nil(&call->reply);
        n += cmd || !docs;
    }
    for (size_t i = 0; call->nargs <= 2 && (cmd = command_at(i)); i++) {
        if (is_subcommand(cmd))
            continue;
        one(&call->reply, cmd);
        n++;
    }
    reply_arr_end(&call->reply, at, docs ? n * 2 : n);
}

/* command */
void cmd_command(struct call *call)
{
    reply_each(call, false, reply_info);
}

/* command info [name ...] */
void cmd_command_info(struct call *call)
{
    reply_each(call, false, reply_info);
}

static void reply_doc(struct reply *r, const struct command *cmd)
{
    reply_cstr(r, cmd->name);
    reply_map(r, 1);
    reply_cstr(r, "arity");
    reply_int(r, cmd->arity);
}

/* command docs [name ...] */
void cmd_command_docs(struct call *call)
{
    reply_each(call, true, reply_doc);
}

static void reply_name(struct reply *r, const struct command *cmd)
{
    reply_cstr(r, cmd->name);
}

/* command list */
void cmd_command_list(struct call *call)
{
    struct call all = *call;

    all.nargs = 2;
    reply_each(&all, false, reply_name);
}

/* command count */
void cmd_command_count(struct call *call)
{
    const struct command *cmd;
    int64_t n = 0;

    for (size_t i = 0; (cmd = command_at(i)); i++)
        n += !is_subcommand(cmd);
    reply_int(&call->reply, n);
}

/* Where the keys are whose number is an argument: behind that one. */
static bool find_moving(const struct call *call, size_t *first, size_t *last)
{
    size_t at = *first > 0 || arg_is(call, 0, "bzmpop") ? 2 : 1;
    int64_t n;

    if (at >= call->nargs || !number_strict_int(call->args[at], &n) || n < 1 ||
        (size_t)n > call->nargs - at - 1)
        return false;
    *first = at + 1;
    *last = at + (size_t)n;
    return true;
}

/* command getkeys name argument ... */
void cmd_command_getkeys(struct call *call)
{
    struct call asked = *call;
    char error[512];

    asked.args += 2;
    asked.nargs -= 2;
    const struct command *cmd = command_find(&asked, error);
    if (!cmd) {
        reply_error(
            &call->reply,
            strncmp(error, "ERR wrong", 9) == 0
                ? "ERR Invalid number of arguments specified for command"
                : "ERR Invalid command specified");
        return;
    }
    size_t first = (size_t)cmd->first_key;
    size_t last = cmd->last_key < 0 ? asked.nargs - (size_t)-cmd->last_key
                                    : (size_t)cmd->last_key;
    bool moves = cmd->flags & CMD_KEYS_MOVE;
    bool has_target = moves && first > 0;
    if (moves && !find_moving(&asked, &first, &last)) {
        reply_error(&call->reply,
                    "ERR Invalid arguments specified for command");
        return;
    }
    if (first == 0) {
        reply_error(&call->reply, "ERR The command has no key arguments");
        return;
    }
    size_t at = reply_arr_begin(&call->reply);
    size_t n = 0;
    if (has_target) {
        reply_str(&call->reply, asked.args[1]);
        n++;
    }
    for (size_t i = first; i <= last; i += moves ? 1 : (size_t)cmd->key_step) {
        reply_str(&call->reply, asked.args[i]);
        n++;
    }
    reply_arr_end(&call->reply, at, n);
}
