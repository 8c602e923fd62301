#include "request.h"

#include <stdbool.h>
#include <stdlib.h>

#include "mem.h"
#include "wire.h"

/* What is left to parse. Lengths are compared with "left", never added to a
 * pointer: a length that a client made up may not fit behind any pointer. */
struct cursor {
    const uint8_t *at;
    size_t left;
};

static bool take_u32(struct cursor *cur, uint32_t *value)
{
    if (cur->left < 4)
        return false;
    *value = wire_get_u32(cur->at);
    cur->at += 4;
    cur->left -= 4;
    return true;
}

static bool take_string(struct cursor *cur, struct slice *str)
{
    uint32_t len;

    if (!take_u32(cur, &len) || cur->left < len)
        return false;
    *str = (struct slice){.data = cur->at, .len = len};
    cur->at += len;
    cur->left -= len;
    return true;
}

/* Every string takes 4 bytes at least: a count that cannot be true is found
 * out before memory is taken for it. */
static bool make_room(struct request *r, uint32_t nargs, size_t left)
{
    if (nargs > REQUEST_MAX_ARGS || nargs > left / 4)
        return false;
    if (nargs > r->cap) {
        r->args = mem_resize(r->args, nargs * sizeof r->args[0]);
        r->cap = nargs;
    }
    return true;
}

ssize_t request_parse(struct request *r, const uint8_t *data, size_t size)
{
    struct slice body;
    uint32_t nargs;

    ssize_t used = wire_parse(data, size, &body);
    if (used <= 0)
        return used;

    struct cursor cur = {.at = body.data, .left = body.len};
    if (!take_u32(&cur, &nargs) || !make_room(r, nargs, cur.left))
        return REQUEST_BAD;
    for (r->nargs = 0; r->nargs < nargs; r->nargs++) {
        if (!take_string(&cur, &r->args[r->nargs]))
            return REQUEST_BAD;
    }
    return cur.left == 0 ? used : REQUEST_BAD;
}

void request_free(struct request *r)
{
    free(r->args);
    *r = (struct request){0};
}

const char *request_strerror(ssize_t failure)
{
    return failure == REQUEST_BAD ? "bad request" : wire_strerror(failure);
}
