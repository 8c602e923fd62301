#include "saved.h"

#include <string.h>

#include "mem.h"

struct saved *saved_new(const struct call *call, const struct command *cmd)
{
    size_t size = sizeof(struct saved) + call->nargs * sizeof(struct slice);
    size_t at = size;

    for (size_t i = 0; i < call->nargs; i++)
        size += call->args[i].len;

    struct saved *s = mem_zalloc(1, size);
    s->cmd = cmd;
    s->nargs = call->nargs;
    for (size_t i = 0; i < call->nargs; i++) {
        uint8_t *copy = (uint8_t *)s + at;
        memcpy(copy, call->args[i].data, call->args[i].len);
        s->args[i] = (struct slice){.data = copy, .len = call->args[i].len};
        at += call->args[i].len;
    }
    return s;
}
