/*
 * Commands for parts of strings: bytes, and bits. Bit 0 is the highest one of
 * byte 0. Those that write first have keyspace.c make the string long enough,
 * and then write into its bytes.
 */
#include "args.h"
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "resp.h"

static const struct slice empty = {.data = NULL, .len = 0};

/* strlen key */
void cmd_strlen(struct call *call)
{
    struct entry *e;

    if (arg_str(call, 1, &e))
        reply_int(&call->reply, e ? (int64_t)entry_str(e).len : 0);
}

/* Makes the string of args[1] at least that long, and returns its bytes; or
 * NULL, with an error as the reply, if that is too long. */
static uint8_t *grow(struct call *call, struct entry *e, size_t len)
{
    if (len > RESP_MAX_BULK) {
        reply_error(&call->reply, "ERR string exceeds maximum allowed size "
                                  "(proto-max-bulk-len)");
        return NULL;
    }
    if (!e)
        e = keyspace_add_str(call->ks, call->args[1], empty);
    size_t old = entry_str(e).len;
    return entry_bytes(keyspace_resize_str(call->ks, e, len > old ? len : old));
}

/* append key value */
void cmd_append(struct call *call)
{
    struct slice more = call->args[2];
    struct entry *e;

    if (!arg_str(call, 1, &e))
        return;
    size_t old = e ? entry_str(e).len : 0;
    uint8_t *val = grow(call, e, old + more.len);
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

    if (!arg_int(call, 2, &offset))
        return;
    if (offset < 0) {
        reply_error(&call->reply, "ERR offset is out of range");
        return;
    }
    if (!arg_str(call, 1, &e))
        return;
    size_t len = e ? entry_str(e).len : 0;
    size_t end = offset > RESP_MAX_BULK ? SIZE_MAX : (size_t)offset + part.len;
    if (part.len > 0) {
        uint8_t *val = grow(call, e, end);
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

    if (!arg_int(call, 2, &start) || !arg_int(call, 3, &end) ||
        !arg_str(call, 1, &e))
        return;
    struct slice val = e ? entry_str(e) : empty;
    int64_t len = (int64_t)val.len;
    bool nothing = start < 0 && end < 0 && start > end;
    if (start < 0)
        start = start + len < 0 ? 0 : start + len;
    if (end < 0)
        end = end + len < 0 ? 0 : end + len;
    if (end >= len)
        end = len - 1;
    if (nothing || start > end)
        val.len = 0;
    else
        val = (struct slice){.data = val.data + start,
                             .len = (size_t)(end - start + 1)};
    reply_str(&call->reply, val);
}

static bool parse_offset(struct call *call, size_t *offset)
{
    int64_t n;

    if (!number_strict_int(call->args[2], &n) || n < 0 ||
        n / 8 >= RESP_MAX_BULK)
        return reply_error(&call->reply,
                           "ERR bit offset is not an integer or out of range");
    *offset = (size_t)n;
    return true;
}

static int bit_at(struct slice val, size_t offset)
{
    if (offset / 8 >= val.len)
        return 0;
    return val.data[offset / 8] >> (7 - offset % 8) & 1;
}

/* getbit key offset */
void cmd_getbit(struct call *call)
{
    size_t offset = 0;
    struct entry *e;

    if (parse_offset(call, &offset) && arg_str(call, 1, &e))
        reply_int(&call->reply, bit_at(e ? entry_str(e) : empty, offset));
}

/* setbit key offset bit: replies what it was */
void cmd_setbit(struct call *call)
{
    struct entry *e;
    size_t offset = 0;
    int64_t bit;

    if (!parse_offset(call, &offset))
        return;
    if (!number_strict_int(call->args[3], &bit) || (bit & ~(int64_t)1)) {
        reply_error(&call->reply, "ERR bit is not an integer or out of range");
        return;
    }
    if (!arg_str(call, 1, &e))
        return;
    int old = bit_at(e ? entry_str(e) : empty, offset);
    bool is_there = e && offset / 8 < entry_str(e).len;
    if (!is_there || old != bit) { /* else no change */
        uint8_t *val = grow(call, e, offset / 8 + 1);
        uint8_t mask = (uint8_t)(0x80 >> offset % 8);
        val[offset / 8] =
            (uint8_t)(bit ? val[offset / 8] | mask : val[offset / 8] & ~mask);
    }
    reply_int(&call->reply, old);
}
