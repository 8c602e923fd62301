/*
 * Commands for the bits of strings: bit 0 is the highest one of byte 0.
 */
#include "command.h"
#include "commands.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"
#include "resp.h"

static bool parse_offset(struct call *call, size_t *offset)
{
    int64_t n;

    if (!number_strict_int(call->args[2], &n) || n < 0 ||
        n / 8 >= RESP_MAX_BULK) {
        reply_error(&call->reply,
                    "ERR bit offset is not an integer or out of range");
        return false;
    }
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
    size_t offset;

    if (!parse_offset(call, &offset))
        return;
    const struct entry *e = keyspace_find(call->ks, call->args[1]);
    if (e && e->type != ENTRY_STR)
        reply_wrong_type(&call->reply);
    else
        reply_int(&call->reply, e ? bit_at(entry_str(e), offset) : 0);
}

/* setbit key offset bit: replies what it was */
void cmd_setbit(struct call *call)
{
    static const struct slice empty = {.data = NULL, .len = 0};
    size_t offset;
    int64_t bit;

    if (!parse_offset(call, &offset))
        return;
    if (!number_strict_int(call->args[3], &bit) || (bit & ~(int64_t)1)) {
        reply_error(&call->reply, "ERR bit is not an integer or out of range");
        return;
    }
    struct entry *e = keyspace_find(call->ks, call->args[1]);
    if (e && e->type != ENTRY_STR) {
        reply_wrong_type(&call->reply);
        return;
    }
    if (!e)
        e = keyspace_add_str(call->ks, call->args[1], empty);
    int old = bit_at(entry_str(e), offset);
    size_t need = offset / 8 + 1;
    if (need <= e->val_len && old == bit) {
        reply_int(&call->reply, old); /* no change, also for WATCH */
        return;
    }
    uint8_t *val = entry_resize_str(e, e->val_len > need ? e->val_len : need);
    uint8_t mask = (uint8_t)(0x80 >> offset % 8);
    val[offset / 8] =
        (uint8_t)(bit ? val[offset / 8] | mask : val[offset / 8] & ~mask);
    reply_int(&call->reply, old);
}
