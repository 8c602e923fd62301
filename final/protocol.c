/*
 * The first four bytes decide how a client speaks, and its session remembers
 * it. From then on each request goes to the parser of that protocol. Limits are
 * checked here, for both protocols: for a request that is complete, and for
 * what has arrived of one that is not, so that nobody can send one without end.
 */
#include "protocol.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "request.h"
#include "resp.h"
#include "wire.h"

/* How does the client speak? The length of a frame is at most 32 MiB, so its
 * fourth byte is at most 2; in a text that byte is larger. A length that is too
 * long looks like text there, but its first byte rarely does. */
static enum protocol guess_protocol(const struct buf *in)
{
    const uint8_t *data = buf_data(in);

    if (buf_size(in) < WIRE_HEADER)
        return PROTO_UNKNOWN;
    if (data[3] <= WIRE_MAX_BODY >> 24)
        return PROTO_BINARY;
    return isprint(data[0]) || isspace(data[0]) ? PROTO_RESP2 : PROTO_BINARY;
}

/* Any web page can have a browser send a POST to this port. The headers would
 * be errors, but the body is the page's own: it may hold commands. */
static bool is_http(const struct request *r)
{
    static const char *const words[] = {"post", "host:"};

    for (size_t i = 0; r->nargs > 0 && i < 2; i++) {
        if (r->args[0].len == strlen(words[i]) &&
            strncasecmp((const char *)r->args[0].data, words[i],
                        r->args[0].len) == 0)
            return true;
    }
    return false;
}

/* Before a client has authenticated, a request may only be as long as AUTH and
 * HELLO need: anybody can connect, and many times over. */
static struct resp_limits limits_of(const struct server *s,
                                    const struct conn *c)
{
    if (!conn_is_trusted(c, s->config.requirepass))
        return (struct resp_limits){
            .args = 10, .bulk = 16 * 1024, .size = 24 * 1024};
    return (struct resp_limits){
        .args = RESP_MAX_ARGS,
        .bulk = RESP_MAX_BULK,
        .size = (size_t)s->config.max_request,
    };
}

/* In RESP, a request that does not begin with * is a line that was typed. */
bool protocol_is_typed(const struct conn *c, size_t from)
{
    return c->session.proto != PROTO_BINARY && buf_size(&c->in) > from &&
           buf_data(&c->in)[from] != '*';
}

/* A client may have sent many requests: from says where the next one begins.
 * What is known about one that is not complete stays in p, for the next call.
 */
ssize_t protocol_parse(const struct server *s, struct conn *c, size_t from,
                       struct partial *p, const char **error)
{
    uint8_t *data = buf_data(&c->in) + from;
    size_t size = buf_size(&c->in) - from;
    struct resp_limits limits = limits_of(s, c);
    ssize_t used;

    if (c->session.proto == PROTO_UNKNOWN)
        c->session.proto = guess_protocol(&c->in);
    if (c->session.proto == PROTO_UNKNOWN)
        return 0;
    if (c->session.proto != PROTO_BINARY) {
        used = resp_parse(&p->resp, &p->request, data, size, &limits, error);
        if (used > 0 && is_http(&p->request)) {
            *error = "ERR Protocol error: HTTP is not spoken here "
                     "(possible cross-protocol attack)";
            return -1;
        }
    } else {
        used = request_parse(&p->request, data, size);
        if (used < 0)
            *error = request_strerror(used);
    }
    if (used > 0 && p->request.nargs > (size_t)limits.args) {
        *error = "ERR Protocol error: unauthenticated multibulk length";
        return -1;
    }
    /* Not complete? Then what there is must not be too long already. */
    if (used >= 0 && (used > 0 ? (size_t)used : size) > limits.size) {
        *error = "ERR Protocol error: the request is too long";
        return -1;
    }
    return used;
}
