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
    return c;
}

void conn_free(struct conn *c)
{
    close(c->fd);
    list_detach(&c->idle_node);
    buf_free(&c->in);
    buf_free(&c->out);
    free(c);
}

/* Did the call fail only because it would have had to wait? */
static bool try_later(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

void conn_fill(struct conn *c)
{
    uint8_t chunk[CONN_READ_SIZE];

    ssize_t n = read(c->fd, chunk, sizeof chunk);
    if (n < 0 && try_later())
        return;
    if (n < 0) {
        fprintf(stderr, "[errno:%d] read() error\n", errno);
        c->want_close = true;
    } else if (n == 0) {
        c->eof = true;
    } else if (!c->refused) {
        buf_append(&c->in, chunk, (size_t)n);
    }
}

void conn_flush(struct conn *c)
{
    if (c->want_close || buf_size(&c->out) == 0)
        return;

    ssize_t n = write(c->fd, buf_data(&c->out), buf_size(&c->out));
    if (n >= 0) {
        buf_consume(&c->out, (size_t)n);
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
        if (!c->refused)
            fprintf(stderr, "%s\n",
                    buf_size(&c->in) == 0 ? "client closed" : "unexpected EOF");
        c->want_close = true;
    }
}
