/*
 * Commands about the connection itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocking.h"
#include "command.h"
#include "commands.h"
#include "conn.h"
#include "loop.h"
#include "mem.h"
#include "multi.h"
#include "number.h"
#include "server.h"

static struct session *session_of(struct call *call)
{
    return &call->conn->session;
}

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
    if (arg_db(call, 1, &session_of(call)->db))
        reply_ok(&call->reply);
}

/* Compares all bytes, wherever they differ first, so that the time which it
 * takes does not tell how much of a guess was right. */
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
        !(open || is_password(call, password))) {
        reply_error(&call->reply, "WRONGPASS invalid username-password pair or "
                                  "user is disabled.");
        return false;
    }
    session_of(call)->trusted = true;
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

static bool is_plain(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] < '!' || s.data[i] > '~')
            return false;
    }
    return true;
}

/* Replaces a text of the session; an empty one is none. */
static void set_text(char **text, struct slice value)
{
    free(*text);
    *text = NULL;
    if (value.len > 0) {
        *text = mem_zalloc(1, value.len + 1);
        memcpy(*text, value.data, value.len);
    }
}

static bool check_name(struct call *call, struct slice name)
{
    if (is_plain(name))
        return true;
    reply_error(&call->reply, "ERR Client names cannot contain spaces, "
                              "newlines or special characters.");
    return false;
}

static bool parse_hello(struct call *call, int64_t *version)
{
    if (call->nargs > 1 && !number_strict_int(call->args[1], version)) {
        reply_error(&call->reply, "ERR Protocol version is not an integer or "
                                  "out of range");
        return false;
    }
    if (call->nargs > 1 && (*version < 2 || *version > 3)) {
        reply_error(&call->reply, "NOPROTO unsupported protocol version");
        return false;
    }
    for (size_t i = 2; i < call->nargs; i++) {
        if (arg_is(call, i, "auth") && i + 2 < call->nargs) {
            if (!authenticate(call, call->args[i + 1], call->args[i + 2]))
                return false;
            i += 2;
        } else if (arg_is(call, i, "setname") && i + 1 < call->nargs) {
            if (!check_name(call, call->args[++i]))
                return false;
            set_text(&session_of(call)->name, call->args[i]);
        } else {
            reply_error(&call->reply, "ERR Syntax error in HELLO option '%.*s'",
                        (int)call->args[i].len,
                        (const char *)call->args[i].data);
            return false;
        }
    }
    if (!session_of(call)->trusted) {
        reply_error(&call->reply,
                    "NOAUTH HELLO must be called with the client already "
                    "authenticated, otherwise the HELLO <proto> AUTH <user> "
                    "<pass> option can be used to authenticate the client and "
                    "select the RESP protocol version at the same time");
        return false;
    }
    return true;
}

/* hello [version [auth user password] [setname name]] */
void cmd_hello(struct call *call)
{
    struct session *session = session_of(call);
    struct reply *r = &call->reply;
    int64_t version = session->proto == PROTO_RESP3 ? 3 : 2;

    if (!parse_hello(call, &version))
        return;
    if (session->proto != PROTO_BINARY)
        session->proto = version == 3 ? PROTO_RESP3 : PROTO_RESP2;
    r->proto = session->proto;
    reply_map(r, 7);
    reply_cstr(r, "server");
    reply_cstr(r, "redis");
    reply_cstr(r, "version");
    reply_cstr(r, SERVER_REDIS_VERSION);
    reply_cstr(r, "proto");
    reply_int(r, version);
    reply_cstr(r, "id");
    reply_int(r, (int64_t)session->id);
    reply_cstr(r, "mode");
    reply_cstr(r, "standalone");
    reply_cstr(r, "role");
    reply_cstr(r, "master");
    reply_cstr(r, "modules");
    reply_arr(r, 0);
}

/* reset: as if it had just come */
void cmd_reset(struct call *call)
{
    struct session *session = session_of(call);

    multi_free(session);
    session->db = 0;
    session->reply_mode = REPLY_ON;
    session->trusted = call->server->config.requirepass[0] == '\0';
    set_text(&session->name, (struct slice){.data = NULL, .len = 0});
    if (session->proto == PROTO_RESP3)
        session->proto = PROTO_RESP2;
    call->reply.proto = session->proto;
    reply_status(&call->reply, "RESET");
}

/* client id */
void cmd_client_id(struct call *call)
{
    reply_int(&call->reply, (int64_t)session_of(call)->id);
}

/* client getname */
void cmd_client_getname(struct call *call)
{
    if (session_of(call)->name)
        reply_cstr(&call->reply, session_of(call)->name);
    else
        reply_nil(&call->reply);
}

/* client setname name */
void cmd_client_setname(struct call *call)
{
    if (!check_name(call, call->args[2]))
        return;
    set_text(&session_of(call)->name, call->args[2]);
    reply_ok(&call->reply);
}

/* client setinfo lib-name|lib-ver text */
void cmd_client_setinfo(struct call *call)
{
    struct session *session = session_of(call);
    char **text = NULL;

    if (arg_is(call, 2, "lib-name"))
        text = &session->lib_name;
    else if (arg_is(call, 2, "lib-ver"))
        text = &session->lib_ver;
    if (!text) {
        reply_error(&call->reply, "ERR Unrecognized option '%.*s'",
                    (int)call->args[2].len, (const char *)call->args[2].data);
    } else if (!is_plain(call->args[3])) {
        reply_error(&call->reply,
                    "ERR %s cannot contain spaces, newlines or "
                    "special characters.",
                    text == &session->lib_name ? "lib-name" : "lib-ver");
    } else {
        set_text(text, call->args[3]);
        reply_ok(&call->reply);
    }
}

/* What there is nothing to do for. */
void cmd_client_ok(struct call *call)
{
    reply_ok(&call->reply);
}

/* client no-evict|no-touch on|off */
void cmd_client_switch(struct call *call)
{
    if (arg_is(call, 2, "on") || arg_is(call, 2, "off"))
        reply_ok(&call->reply);
    else
        reply_syntax_error(&call->reply);
}

/* client reply on|off|skip */
void cmd_client_reply(struct call *call)
{
    struct session *session = session_of(call);

    if (arg_is(call, 2, "on")) {
        session->reply_mode = REPLY_ON;
        reply_ok(&call->reply);
    } else if (arg_is(call, 2, "off")) {
        session->reply_mode = REPLY_OFF;
    } else if (arg_is(call, 2, "skip")) {
        if (session->reply_mode == REPLY_ON)
            session->reply_mode = REPLY_SKIP_NEXT;
    } else {
        reply_syntax_error(&call->reply);
    }
}

static void describe(const struct server *s, const struct conn *c,
                     struct buf *text)
{
    const struct session *session = &c->session;
    char line[512];
    int n = snprintf(
        line, sizeof line,
        "id=%llu addr=%s fd=%d name=%.64s age=%llu idle=%llu flags=%s db=%zu "
        "sub=0 psub=0 multi=%d qbuf=%zu obl=%zu cmd=%s user=default resp=%d "
        "lib-name=%.32s lib-ver=%.32s\n",
        (unsigned long long)session->id, session->addr, c->fd,
        session->name ? session->name : "",
        (unsigned long long)(s->now_ms - session->since_ms) / 1000,
        (unsigned long long)(s->now_ms - c->last_active_ms) / 1000,
        session->wait            ? "b"
        : multi_is_open(session) ? "x"
                                 : "N",
        session->db, multi_is_open(session) ? 0 : -1, buf_size(&c->in),
        buf_size(&c->out),
        session->last_command ? session->last_command : "NULL",
        session->proto == PROTO_RESP3 ? 3 : 2,
        session->lib_name ? session->lib_name : "",
        session->lib_ver ? session->lib_ver : "");

    buf_append(text, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

static void reply_buf(struct call *call, struct buf *text)
{
    reply_text(&call->reply,
               (struct slice){.data = buf_data(text), .len = buf_size(text)});
    buf_free(text);
}

/* client info */
void cmd_client_info(struct call *call)
{
    struct buf text = {0};

    describe(call->server, call->conn, &text);
    reply_buf(call, &text);
}

static bool check_list(struct call *call)
{
    bool by_type = call->nargs == 4 && arg_is(call, 2, "type");
    bool by_id = call->nargs > 3 && arg_is(call, 2, "id");
    int64_t id;

    if (call->nargs > 2 && !by_type && !by_id)
        reply_syntax_error(&call->reply);
    if (by_type && !arg_is(call, 3, "normal"))
        reply_error(&call->reply, "ERR Unknown client type '%.*s'",
                    (int)call->args[3].len, (const char *)call->args[3].data);
    for (size_t i = 3; by_id && i < call->nargs; i++) {
        if (!call->reply.failed && !number_strict_int(call->args[i], &id))
            reply_error(&call->reply, "ERR Invalid client ID");
    }
    return !call->reply.failed;
}

/* client list [type normal] [id id ...] */
void cmd_client_list(struct call *call)
{
    struct server *s = call->server;
    struct buf text = {0};
    bool by_id = arg_is(call, 2, "id");
    int64_t id;

    if (!check_list(call))
        return;
    for (size_t i = 0; i < s->conns_cap; i++) {
        bool listed = !by_id;
        for (size_t j = 3; by_id && s->conns[i] && j < call->nargs; j++)
            listed |= number_strict_int(call->args[j], &id) &&
                      (uint64_t)id == s->conns[i]->session.id;
        if (s->conns[i] && listed)
            describe(s, s->conns[i], &text);
    }
    reply_buf(call, &text);
}

/* Is it a filter that CLIENT KILL knows, at args[i], with a fit value? */
static bool check_filter(struct call *call, size_t i)
{
    bool known = arg_is(call, i, "id") || arg_is(call, i, "addr") ||
                 arg_is(call, i, "type") || arg_is(call, i, "skipme");
    bool yes_or_no = arg_is(call, i + 1, "yes") || arg_is(call, i + 1, "no");
    int64_t id;

    if (arg_is(call, i, "id") &&
        (!number_strict_int(call->args[i + 1], &id) || id < 1))
        reply_error(&call->reply, "ERR client-id should be greater than 0");
    else if (arg_is(call, i, "type") && !arg_is(call, i + 1, "normal"))
        reply_error(&call->reply, "ERR Unknown client type '%.*s'",
                    (int)call->args[i + 1].len,
                    (const char *)call->args[i + 1].data);
    else if (!known || (arg_is(call, i, "skipme") && !yes_or_no))
        reply_syntax_error(&call->reply);
    return !call->reply.failed;
}

/* Does the client fit what CLIENT KILL asks for, from args[2] on? */
static bool is_victim(const struct call *call, const struct conn *c)
{
    bool skip_me = true;
    int64_t id;

    for (size_t i = 2; i + 1 < call->nargs; i += 2) {
        struct slice value = call->args[i + 1];
        if (arg_is(call, i, "skipme"))
            skip_me = !arg_is(call, i + 1, "no");
        else if (arg_is(call, i, "id") &&
                 (!number_int(value, &id) || (uint64_t)id != c->session.id))
            return false;
        else if (arg_is(call, i, "addr") &&
                 !slice_eq(value, slice_of(c->session.addr)))
            return false;
    }
    return c != call->conn || !skip_me;
}

static void kill_client(struct call *call, struct conn *c)
{
    if (c == call->conn) {
        c->quitting = true;
    } else {
        c->want_close = true;
        loop_wake(call->server, c);
    }
}

/* client kill addr, or: client kill [id|addr|type|skipme value] ... */
void cmd_client_kill(struct call *call)
{
    struct server *s = call->server;
    bool old = call->nargs == 3;
    int64_t n = 0;

    if (!old && call->nargs % 2 == 1) {
        reply_syntax_error(&call->reply);
        return;
    }
    for (size_t i = 2; !old && i < call->nargs; i += 2) {
        if (!check_filter(call, i))
            return;
    }
    for (size_t i = 0; i < s->conns_cap; i++) {
        struct conn *c = s->conns[i];
        if (c && (old ? slice_eq(call->args[2], slice_of(c->session.addr))
                      : is_victim(call, c))) {
            kill_client(call, c);
            n++;
        }
    }
    if (!old)
        reply_int(&call->reply, n);
    else if (n > 0)
        reply_ok(&call->reply);
    else
        reply_error(&call->reply, "ERR No such client");
}

/* client unblock id [timeout|error] */
void cmd_client_unblock(struct call *call)
{
    struct server *s = call->server;
    const char *error = NULL;
    int64_t id;
    int64_t n = 0;

    if (arg_is(call, 3, "error"))
        error = "UNBLOCKED client unblocked via CLIENT UNBLOCK";
    if (call->nargs > 4) {
        reply_error(&call->reply,
                    "ERR unknown subcommand or wrong number of "
                    "arguments for '%.*s'. Try CLIENT HELP.",
                    (int)call->args[1].len, (const char *)call->args[1].data);
        return;
    }
    if (call->nargs == 4 && !error && !arg_is(call, 3, "timeout")) {
        reply_error(&call->reply, "ERR CLIENT UNBLOCK reason should be TIMEOUT "
                                  "or ERROR");
        return;
    }
    if (!number_strict_int(call->args[2], &id)) {
        reply_not_int(&call->reply);
        return;
    }
    for (size_t i = 0; i < s->conns_cap; i++) {
        struct conn *c = s->conns[i];
        if (c && c->session.id == (uint64_t)id && c->session.wait) {
            wait_end(s, c, error);
            n++;
        }
    }
    reply_int(&call->reply, n);
}
