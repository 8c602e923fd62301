/*
 * Every function takes its bytes from take(), the only place that compares how
 * many are wanted with how many are left. So none can read behind the end.
 */
#include "cursor.h"

#include "wire.h"

static bool take(struct cursor *cur, size_t n, const uint8_t **bytes)
{
    if (cur->left < n)
        return false;
    *bytes = cur->at;
    cur->at += n;
    cur->left -= n;
    return true;
}

bool cursor_u8(struct cursor *cur, uint8_t *value)
{
    const uint8_t *bytes;

    if (!take(cur, 1, &bytes))
        return false;
    *value = bytes[0];
    return true;
}

bool cursor_u32(struct cursor *cur, uint32_t *value)
{
    const uint8_t *bytes;

    if (!take(cur, 4, &bytes))
        return false;
    *value = wire_get_u32(bytes);
    return true;
}

bool cursor_u64(struct cursor *cur, uint64_t *value)
{
    const uint8_t *bytes;

    if (!take(cur, 8, &bytes))
        return false;
    *value = wire_get_u64(bytes);
    return true;
}

bool cursor_string(struct cursor *cur, struct slice *str)
{
    uint32_t len;

    if (!cursor_u32(cur, &len) || !take(cur, len, &str->data))
        return false;
    str->len = len;
    return true;
}
