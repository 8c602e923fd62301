/*
 * The arguments are slices of the bytes that were received, so only the array
 * of slices needs memory. What a client has sent is not believed: each number
 * is compared with the bytes that are there before it is used.
 */
#include "request.h"

#include <stdbool.h>
#include <stdlib.h>

#include "cursor.h"
#include "mem.h"
#include "wire.h"

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
    if (!cursor_u32(&cur, &nargs) || !make_room(r, nargs, cur.left))
        return REQUEST_BAD;
    for (r->nargs = 0; r->nargs < nargs; r->nargs++) {
        if (!cursor_string(&cur, &r->args[r->nargs]))
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
