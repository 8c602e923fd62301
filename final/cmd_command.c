/*
 * Commands about commands, for clients that want to know what there is. All is
 * read from the rows of the table; only the texts of HELP are extra.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "command.h"
#include "commands.h"
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
    enum { NNAMES = sizeof names / sizeof names[0] };
    size_t n = 0;

    for (size_t i = 0; i < NNAMES; i++)
        n += (flags & names[i].flag) != 0;
    reply_set(r, n);
    for (size_t i = 0; i < NNAMES; i++) {
        if (flags & names[i].flag)
            reply_status(r, names[i].name);
    }
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
    for (int i = 0; i < 3; i++) /* ACL, tips, keys: nothing is told */
        reply_set(r, 0);
    reply_arr(r, 0); /* and no subcommands */
}

/* The row that args[i] names, or NULL. */
static const struct command *named(const struct call *call, size_t i)
{
    const struct command *cmd;

    for (size_t k = 0; (cmd = command_at(k)); k++) {
        if (arg_is(call, i, cmd->name))
            return cmd;
    }
    return NULL;
}

/* Replies with one(cmd) for each command that args[2] and on name, or for all.
 * A name without a command is left out, or is nil. Returns how many values it
 * has added. */
static size_t reply_each(struct call *call, bool nil,
                         void (*one)(struct reply *r,
                                     const struct command *cmd))
{
    const struct command *cmd;
    size_t n = 0;

    for (size_t i = 2; i < call->nargs; i++) {
        cmd = named(call, i);
        if (cmd)
            one(&call->reply, cmd);
        else if (nil)
            reply_nil(&call->reply);
        n += cmd || nil;
    }
    for (size_t i = 0; call->nargs <= 2 && (cmd = command_at(i)); i++) {
        if (!is_subcommand(cmd)) {
            one(&call->reply, cmd);
            n++;
        }
    }
    return n;
}

/* command, command info [name ...] */
void cmd_command(struct call *call)
{
    size_t at = reply_arr_begin(&call->reply);

    reply_arr_end(&call->reply, at, reply_each(call, true, reply_info));
}

static void reply_name(struct reply *r, const struct command *cmd)
{
    reply_cstr(r, cmd->name);
}

/* command list */
void cmd_command_list(struct call *call)
{
    if (call->nargs > 2) {
        reply_error(&call->reply, "ERR syntax error");
        return;
    }
    size_t at = reply_arr_begin(&call->reply);
    reply_arr_end(&call->reply, at, reply_each(call, false, reply_name));
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

/* What may follow the first word, and what it is for. */
static const struct {
    const char *first;
    const char *usage;
    const char *meaning;
} helps[] = {
    {"client", "GETNAME", "The name of this connection."},
    {"client", "ID", "The number of this connection."},
    {"client", "INFO", "What LIST tells, for this connection only."},
    {"client", "KILL address | ID number | ADDR address",
     "Closes the connections that it fits."},
    {"client", "LIST", "A line for each connection."},
    {"client", "SETINFO LIB-NAME name | LIB-VER version",
     "Tells which library the client uses."},
    {"client", "SETNAME name", "Gives this connection a name."},
    {"command", "(nothing)", "The same as INFO for all commands."},
    {"command", "COUNT", "How many commands there are."},
    {"command", "INFO [name ...]",
     "Number of arguments, flags, and where the keys are."},
    {"command", "LIST", "The names of all commands."},
    {"config", "GET pattern ...", "Settings, and what they are."},
    {"config", "RESETSTAT", "Has INFO's counters begin at 0 again."},
    {"config", "SET name value ...", "Changes settings: all, or none."},
};

static void reply_help(struct reply *r, const char *usage, const char *meaning)
{
    char indented[80];

    snprintf(indented, sizeof indented, "    %s", meaning);
    reply_status(r, usage);
    reply_status(r, indented);
}

/* client help, command help, config help */
void cmd_help(struct call *call)
{
    struct reply *r = &call->reply;
    size_t at = reply_arr_begin(r);
    size_t n = 1;

    for (size_t i = 0; i < sizeof helps / sizeof helps[0]; i++) {
        if (!arg_is(call, 0, helps[i].first))
            continue;
        reply_help(r, helps[i].usage, helps[i].meaning);
        n++;
    }
    reply_help(r, "HELP", "These lines.");
    reply_arr_end(r, at, n * 2);
}
