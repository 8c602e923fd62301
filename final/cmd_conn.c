/*
 * Commands about the connection itself: who the client is, and how it speaks.
 * They change its session, which is looked at again for each request.
 */
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "command.h"
#include "commands.h"
#include "conn.h"
#include "multi.h"
#include "number.h"
#include "server.h"

/* ping [message] */
void cmd_ping(struct call *call)
{
    if (call->nargs > 2)
        reply_error(&call->reply,
                    "ERR wrong number of arguments for 'ping' command");
    else if (call->nargs == 2)
        reply_str(&call->reply, call->args[1]);
    else
        reply_status(&call->reply, "PONG");
}

/* echo message */
void cmd_echo(struct call *call)
{
    reply_str(&call->reply, call->args[1]);
}

/* quit */
void cmd_quit(struct call *call)
{
    reply_ok(&call->reply);
    call->conn->quitting = true;
}

/* select db */
void cmd_select(struct call *call)
{
    size_t db;

    if (!arg_db(call, 1, &db))
        return;
    call->conn->session.db = (uint8_t)db;
    reply_ok(&call->reply);
}

/* Compares all bytes, wherever they differ first, so that the time it takes
 * does not tell how much of a guess was right. */
static bool is_password(const struct call *call, struct slice guess)
{
    const char *password = call->server->config.requirepass;
    size_t len = strlen(password);
    unsigned different = guess.len != len;

    for (size_t i = 0; i < guess.len; i++)
        different |= guess.data[i] ^ (unsigned char)password[len ? i % len : 0];
    return different == 0;
}

/* Trusts the client if the password is right, or else replies why not. */
static bool authenticate(struct call *call, struct slice user,
                         struct slice password)
{
    bool open = call->server->config.requirepass[0] == '\0';

    if (!slice_eq(user, slice_of("default")) ||
        !(open || is_password(call, password)))
        return reply_error(&call->reply,
                           "WRONGPASS invalid username-password pair or "
                           "user is disabled.");
    call->conn->session.trusted = true;
    return true;
}

/* auth [user] password */
void cmd_auth(struct call *call)
{
    bool named = call->nargs == 3;

    if (call->nargs > 3)
        reply_syntax_error(&call->reply);
    else if (!named && call->server->config.requirepass[0] == '\0')
        reply_error(
            &call->reply,
            "ERR AUTH <password> called without any password configured "
            "for the default user. Are you sure your configuration is "
            "correct?");
    else if (authenticate(call, named ? call->args[1] : slice_of("default"),
                          call->args[named ? 2 : 1]))
        reply_ok(&call->reply);
}

/* Reads the version, if there is one. */
static bool parse_version(struct call *call, int64_t *version)
{
    if (call->nargs == 1)
        return true;
    if (!number_strict_int(call->args[1], version))
        return reply_error(&call->reply,
                           "ERR Protocol version is not an integer or "
                           "out of range");
    if (*version < 2 || *version > 3)
        return reply_error(&call->reply,
                           "NOPROTO unsupported protocol version");
    return true;
}

/* Carries out the options, one by one. */
static bool run_options(struct call *call)
{
    for (size_t i = 2; i < call->nargs; i++) {
        if (arg_is(call, i, "auth") && i + 2 < call->nargs) {
            if (!authenticate(call, call->args[i + 1], call->args[i + 2]))
                return false;
            i += 2;
        } else if (arg_is(call, i, "setname") && i + 1 < call->nargs) {
            if (!arg_text(call, ++i, "Client names",
                          &session_names(&call->conn->session)->client))
                return false;
        } else {
            return reply_error(
                &call->reply, "ERR Syntax error in HELLO option '%.*s'",
                (int)call->args[i].len, (const char *)call->args[i].data);
        }
    }
    if (!conn_is_trusted(call->conn, call->server->config.requirepass))
        return reply_error(
            &call->reply,
            "NOAUTH HELLO must be called with the client already "
            "authenticated, otherwise the HELLO AUTH <user> <pass> option "
            "can be used to authenticate the client and select the RESP "
            "protocol version at the same time");
    return true;
}

/* hello [version [auth user password] [setname name]] */
void cmd_hello(struct call *call)
{
    struct session *session = &call->conn->session;
    struct reply *r = &call->reply;
    int64_t version = session->proto == PROTO_RESP3 ? 3 : 2;

    if (!parse_version(call, &version) || !run_options(call))
        return;
    if (session->proto != PROTO_BINARY)
        session->proto = version == 3 ? PROTO_RESP3 : PROTO_RESP2;
    r->proto = session->proto;
    reply_map(r, 7);
    reply_pair(r, "server", "redis");
    reply_pair(r, "version", SERVER_REDIS_VERSION);
    reply_cstr(r, "proto");
    reply_int(r, version);
    reply_cstr(r, "id");
    reply_int(r, (int64_t)session->id);
    reply_pair(r, "mode", "standalone");
    reply_pair(r, "role", "master");
    reply_cstr(r, "modules");
    reply_arr(r, 0);
}

/* reset: as if it had just connected */
void cmd_reset(struct call *call)
{
    struct session *session = &call->conn->session;

    multi_free(session);
    session->db = 0;
    session->trusted = call->server->config.requirepass[0] == '\0';
    free(session_names(session)->client);
    session->names->client = NULL;
    if (session->proto == PROTO_RESP3)
        session->proto = PROTO_RESP2;
    call->reply.proto = session->proto;
    reply_status(&call->reply, "RESET");
}
