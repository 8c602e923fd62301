/*
 * Numbers are put together byte by byte, so it does not matter which order the
 * machine itself has.
 */
#include "wire.h"

#include <string.h>

uint32_t u32_at(const char *data)
{
    uint32_t n = 0;
    for (int i = 3; i >= 0; i--) {
        n = n << 8 | (unsigned char)data[i];
    }
    return n;
}

uint64_t u64_at(const char *data)
{
    return u32_at(data) | (uint64_t)u32_at(data + 4) << 32;
}

void put_u32(struct bytes *to, uint32_t n)
{
    char bytes[4];
    for (int i = 0; i < 4; i++) {
        bytes[i] = (char)(n >> 8 * i & 0xff);
    }
    bytes_add(to, bytes, sizeof bytes);
}

void put_u64(struct bytes *to, uint64_t n)
{
    put_u32(to, (uint32_t)n);
    put_u32(to, (uint32_t)(n >> 32));
}

void put_string(struct bytes *to, const void *data, size_t len)
{
    put_u32(to, (uint32_t)len);
    bytes_add(to, data, len);
}

void put_text(struct bytes *to, const char *text)
{
    put_string(to, text, strlen(text));
}

void put_frame(struct bytes *to, const struct bytes *body)
{
    put_string(to, body->at, body->len);
}
