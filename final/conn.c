/*
 * Each function makes one system call at most, and leaves what that could not
 * do in a buffer, for a later turn. Then conn_settle() looks at the buffers and
 * sets the want_ flags, all in one place.
 */
#include "conn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"

struct conn *conn_new(int fd)
{
    struct conn *c = mem_zalloc(1, sizeof *c);

    c->fd = fd;
    c->want_read = true;
    list_init(&c->idle_node);
    /* On no list yet: so conn_detach() can take it off any. */
    list_init(&c->io_node);
    list_init(&c->turn_node);
    return c;
}

void conn_detach(struct conn *c)
{
    list_detach(&c->idle_node);
    list_detach(&c->io_node);
    list_detach(&c->turn_node);
}

void conn_free(struct conn *c)
{
    close(c->fd);
    conn_detach(c);
    conn_drop_partial(c); /* the session is session_end()'s: see conn.h */
    buf_free(&c->in);
    buf_free(&c->out);
    free(c);
}

/* Most requests arrive in one piece. Only when one has not, batch.c keeps what
 * its parser knows here, for the next read(). It says how far the bytes in "in"
 * are parsed, so it must go whenever they go: when the request is complete,
 * when it is parsed anew, and when the client is refused. */
void conn_drop_partial(struct conn *c)
{
    if (!c->partial)
        return;
    request_free(&c->partial->request);
    free(c->partial);
    c->partial = NULL;
}

/* Did the call fail only because it would have had to wait? */
static bool try_later(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

void conn_fill(struct conn *c)
{
    uint8_t chunk[CONN_READ_SIZE];
    /* Before a client has authenticated, it may not make us hold much. */
    size_t most = c->session.trusted ? sizeof chunk : CONN_READ_SIZE_UNKNOWN;

    ssize_t n = read(c->fd, chunk, most);
    if (n < 0 && try_later())
        return;
    if (n < 0) {
        fprintf(stderr, "[errno:%d] read() error\n", errno);
        c->want_close = true;
    } else if (n == 0) {
        c->eof = true;
    } else if (!c->refused) {
        buf_append(&c->in, chunk, (size_t)n);
        c->io_moved += (size_t)n; /* idle.c looks whether it gets on */
    }
}

void conn_flush(struct conn *c)
{
    if (c->want_close || buf_size(&c->out) == 0)
        return;

    size_t size = buf_size(&c->out);
    if (size > CONN_WRITE_SIZE)
        size = CONN_WRITE_SIZE; /* the system copies it while others wait */
    ssize_t n = write(c->fd, buf_data(&c->out), size);
    if (n >= 0) {
        buf_consume(&c->out, (size_t)n);
        c->io_moved += (size_t)n; /* reading replies is progress, too */
    } else if (!try_later()) {
        fprintf(stderr, "[errno:%d] write() error\n", errno);
        c->want_close = true;
    }
}

/* close() at once would be shorter, but wrong: while there are bytes that
 * were not read it resets the connection, and a reset throws away replies
 * that are still on their way. So say "the end" in this direction only, and
 * drop what still comes until the client has closed, too. */
void conn_refuse(struct conn *c)
{
    c->refused = true;
    buf_free(&c->in);
    conn_drop_partial(c); /* it told of bytes that are gone */
}

/* The password is passed in, because CONFIG SET may take it away or set another
 * one. A client that was trusted stays so until RESET; without a password
 * everybody is. */
bool conn_is_trusted(const struct conn *c, const char *password)
{
    return c->session.trusted || password[0] == '\0';
}

/* Only marks it: commands run in the middle of a turn, when others still point
 * at the connection. finish() in loop.c closes it when its turn ends. */
void conn_drop(struct conn *c, const char *why)
{
    if (!c->want_close)
        fprintf(stderr, "%s client %llu\n", why,
                (unsigned long long)c->session.id);
    c->want_close = true;
}

void conn_settle(struct conn *c)
{
    bool sending = buf_size(&c->out) > 0 || c->stalled;

    if (c->want_close)
        return;
    c->want_write = sending;
    c->want_read = !c->eof && !c->stalled;
    if (sending)
        return;
    if (c->refused && !c->eof) {
        shutdown(c->fd, SHUT_WR);
    } else if (c->eof) {
        /* A client that we refused was reported already. */
        if (!c->refused && !c->quiet)
            fprintf(stderr, "%s\n",
                    buf_size(&c->in) == 0 ? "client closed" : "unexpected EOF");
        c->want_close = true;
    }
}
