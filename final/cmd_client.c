/*
 * The CLIENT commands: what is known about the clients, and what one of them
 * may do to another. They walk s->conns, and only mark what they close: loop.c
 * does it when that client's turn ends.
 */
#include <string.h>

#include "args.h"
#include "blocking.h"
#include "command.h"
#include "commands.h"
#include "conn.h"
#include "idle.h"
#include "mem.h"
#include "multi.h"
#include "server.h"
#include "text.h"

/* client id */
void cmd_client_id(struct call *call)
{
    reply_int(&call->reply, (int64_t)call->conn->session.id);
}

/* client getname */
void cmd_client_getname(struct call *call)
{
    const struct names *names = call->conn->session.names;

    if (names && names->client)
        reply_cstr(&call->reply, names->client);
    else
        reply_nil(&call->reply);
}

/* client setname name */
void cmd_client_setname(struct call *call)
{
    if (arg_text(call, 2, "Client names",
                 &session_names(&call->conn->session)->client))
        reply_ok(&call->reply);
}

/* client setinfo lib-name|lib-ver text */
void cmd_client_setinfo(struct call *call)
{
    static const char *const fields[] = {"lib-name", "lib-ver", NULL};
    struct names *names = session_names(&call->conn->session);
    int k = arg_choice(call, 2, fields);

    if (k < 0)
        reply_error(&call->reply, "ERR Unrecognized option '%.*s'",
                    (int)call->args[2].len, (const char *)call->args[2].data);
    else if (arg_text(call, 3, fields[k],
                      k == 0 ? &names->lib : &names->lib_version))
        reply_ok(&call->reply);
}

/* Adds a text with its name in front; NULL counts as empty. */
static void text_word(struct buf *text, const char *name, const char *word)
{
    text_str(text, name);
    text_str(text, word ? word : "");
}

/* Adds a line with all fields that libraries read, even meaningless ones. */
static void describe(const struct server *s, const struct conn *c,
                     struct buf *text)
{
    const struct session *session = &c->session;
    struct names none = {NULL, NULL, NULL};
    struct names names = session->names ? *session->names : none;
    bool in_multi = multi_is_open(session);
    size_t in = buf_size(&c->in);
    size_t out = buf_size(&c->out);

    text_int(text, "id=", (int64_t)session->id);
    text_word(text, " addr=", session->addr);
    text_word(text, " laddr=", session->addr + strlen(session->addr) + 1);
    text_int(text, " fd=", c->fd);
    text_word(text, " name=", names.client);
    text_int(text, " age=", (int64_t)(s->now_ms - session->since_ms) / 1000);
    text_int(text, " idle=", (int64_t)(s->now_ms - c->last_active_ms) / 1000);
    text_word(text, " flags=", session->wait ? "b" : in_multi ? "x" : "N");
    text_int(text, " db=", (int64_t)session->db);
    text_int(text, " sub=0 psub=0 ssub=0 multi=", in_multi ? 0 : -1);
    text_int(text, " qbuf=", (int64_t)in);
    text_int(text, " qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=",
             (int64_t)out);
    text_int(text, " oll=0 omem=0 tot-mem=", (int64_t)(sizeof *c + in + out));
    text_word(text, " events=r cmd=",
              session->last_command ? session->last_command : "NULL");
    text_int(text, " user=default redir=-1 resp=",
             session->proto == PROTO_RESP3 ? 3 : 2);
    text_word(text, " lib-name=", names.lib);
    text_word(text, " lib-ver=", names.lib_version);
    text_str(text, "\n");
}

/* client info */
void cmd_client_info(struct call *call)
{
    struct buf text = {0};

    describe(call->server, call->conn, &text);
    reply_buf(&call->reply, &text);
}

enum { LIST_SHARE = 200 }; /* clients that a turn lists */

/* client list: thousands of clients are listed in several turns */
void cmd_client_list(struct call *call)
{
    const struct server *s = call->server;
    struct session *session = &call->conn->session;

    if (call->nargs > 2) { /* something of it is asked for */
        reply_syntax_error(&call->reply);
        return;
    }
    if (!session->list)
        session->list = mem_zalloc(1, sizeof *session->list);
    struct client_list *l = session->list;
    for (size_t n = 0; l->next < s->conns_cap; l->next++) {
        const struct conn *c = s->conns[l->next];
        if (!c || c->want_close)
            continue;
        if (call->may_pause && n++ == LIST_SHARE) {
            call->paused = true;
            return;
        }
        describe(s, c, &l->text);
    }
    reply_buf(&call->reply, &l->text);
    session_drop_list(session);
}

static void kill_client(struct call *call, struct conn *c)
{
    if (c == call->conn) {
        c->quitting = true; /* after this reply */
        return;
    }
    wait_free(&c->session); /* nothing is given to it any more */
    c->want_close = true;
    idle_wake(&call->server->turn, c);
}

/* Which clients CLIENT KILL means. */
struct filter {
    int64_t id;               /* 0: any */
    struct slice addr, laddr; /* no data: any */
    bool me_too;              /* also the one that asks */
};

static bool is_at(struct slice wanted, const char *addr)
{
    return !wanted.data || slice_eq(wanted, slice_of(addr));
}

static bool is_meant(const struct filter *f, const struct call *call,
                     const struct conn *c)
{
    const char *addr = c->session.addr;

    return (f->me_too || c != call->conn) &&
           (f->id == 0 || c->session.id == (uint64_t)f->id) &&
           is_at(f->addr, addr) && is_at(f->laddr, addr + strlen(addr) + 1);
}

/* Reads one condition, args[i] and the value behind it. */
static bool read_filter(struct call *call, size_t i, struct filter *f)
{
    static const char *const words[] = {"id", "addr", "laddr", "skipme", NULL};
    static const char *const yes_no[] = {"yes", "no", NULL};
    int word = i + 1 < call->nargs ? arg_choice(call, i, words) : -1;

    if (word == 0)
        return arg_int_from(call, i + 1, 1,
                            "ERR client-id should be greater than 0", &f->id);
    if (word == 1 || word == 2)
        *(word == 1 ? &f->addr : &f->laddr) = call->args[i + 1];
    else if (word == 3 && arg_choice(call, i + 1, yes_no) >= 0)
        f->me_too = arg_is(call, i + 1, "no");
    else
        return reply_syntax_error(&call->reply);
    return true;
}

/* client kill addr: one client. client kill id|addr|laddr value ...
 * [skipme yes|no]: all that every condition means */
void cmd_client_kill(struct call *call)
{
    bool old = call->nargs == 3;
    struct filter f = {0};
    int64_t killed = 0;

    for (size_t i = 2; !old && i < call->nargs; i += 2) {
        if (!read_filter(call, i, &f))
            return;
    }
    if (old)
        f = (struct filter){.addr = call->args[2], .me_too = true};
    for (size_t i = 0; i < call->server->conns_cap; i++) {
        struct conn *c = call->server->conns[i];
        if (c && !c->want_close && !(old && killed > 0) &&
            is_meant(&f, call, c)) {
            kill_client(call, c);
            killed++;
        }
    }
    if (!old)
        reply_int(&call->reply, killed);
    else if (killed > 0)
        reply_ok(&call->reply);
    else
        reply_error(&call->reply, "ERR No such client");
}
