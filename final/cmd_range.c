/*
 * Commands for parts of strings.
 */
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "resp.h"
#include "string_value.h"

/* strlen key */
void cmd_strlen(struct call *call)
{
    struct entry *e;

    if (string_find(call, 1, &e))
        reply_int(&call->reply, e ? (int64_t)e->val_len : 0);
}

/* A string of that length, which may be too long, for args[1]. */
static uint8_t *resize(struct call *call, struct entry *e, size_t len)
{
    static const struct slice empty = {.data = NULL, .len = 0};

    if (len > RESP_MAX_BULK) {
        reply_error(&call->reply, "ERR string exceeds maximum allowed size "
                                  "(proto-max-bulk-len)");
        return NULL;
    }
    if (!e)
        e = keyspace_add_str(call->ks, call->args[1], empty);
    return entry_resize_str(e, len);
}

/* append key value */
void cmd_append(struct call *call)
{
    struct slice more = call->args[2];
    struct entry *e;

    if (!string_find(call, 1, &e))
        return;
    size_t old = e ? e->val_len : 0;
    uint8_t *val = resize(call, e, old + more.len);
    if (!val)
        return;
    memcpy(val + old, more.data, more.len);
    reply_int(&call->reply, (int64_t)(old + more.len));
}

/* setrange key offset value */
void cmd_setrange(struct call *call)
{
    struct slice part = call->args[3];
    int64_t offset;
    struct entry *e;

    if (!number_strict_int(call->args[2], &offset)) {
        reply_not_int(&call->reply);
        return;
    }
    if (offset < 0) {
        reply_error(&call->reply, "ERR offset is out of range");
        return;
    }
    if (!string_find(call, 1, &e))
        return;
    size_t len = e ? e->val_len : 0;
    if (part.len > 0) {
        size_t end =
            offset > RESP_MAX_BULK ? SIZE_MAX : (size_t)offset + part.len;
        uint8_t *val = resize(call, e, end > len ? end : len);
        if (!val)
            return;
        memcpy(val + offset, part.data, part.len);
        len = end > len ? end : len;
    }
    reply_int(&call->reply, (int64_t)len);
}

/* getrange key start end: both included; negative: from the end */
void cmd_getrange(struct call *call)
{
    int64_t start;
    int64_t end;
    struct entry *e;

    if (!number_strict_int(call->args[2], &start) ||
        !number_strict_int(call->args[3], &end)) {
        reply_not_int(&call->reply);
        return;
    }
    if (!string_find(call, 1, &e))
        return;
    struct slice val = {.data = NULL, .len = 0};
    if (e)
        val = entry_str(e);
    int64_t len = (int64_t)val.len;
    bool nothing = start < 0 && end < 0 && start > end;
    if (start < 0)
        start = start + len < 0 ? 0 : start + len;
    if (end < 0)
        end = end + len < 0 ? 0 : end + len;
    if (end >= len)
        end = len - 1;
    if (nothing || start > end || len == 0)
        val.len = 0;
    else
        val = (struct slice){.data = val.data + start,
                             .len = (size_t)(end - start + 1)};
    reply_str(&call->reply, val);
}
