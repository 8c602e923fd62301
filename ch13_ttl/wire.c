/*
 * A stream knows no messages: read() and write() move as many bytes as they
 * like. So each transfer is a loop that counts how much is done. Numbers are
 * taken apart and put together byte by byte, the same way on every machine.
 */
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Shifts say which byte is which, where a memcpy() of the number would copy
 * the order that this machine happens to use. */
void wire_put_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
    at[2] = (uint8_t)(value >> 16);
    at[3] = (uint8_t)(value >> 24);
}

uint32_t wire_get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

void wire_put_u64(uint8_t *at, uint64_t value)
{
    wire_put_u32(at, (uint32_t)value);
    wire_put_u32(at + 4, (uint32_t)(value >> 32));
}

uint64_t wire_get_u64(const uint8_t *at)
{
    return wire_get_u32(at) | (uint64_t)wire_get_u32(at + 4) << 32;
}

uint64_t wire_bits_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

double wire_double_of(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* read() returns whatever has arrived, even if that is one byte of a thousand:
 * the network may cut the stream anywhere. So ask again for the rest. */
ssize_t read_full(int fd, void *data, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t got = read(fd, (uint8_t *)data + done, n - done);
        if (got < 0 && errno == EINTR)
            continue; /* a signal came first: nothing is lost */
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

int write_all(int fd, const void *data, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t put = write(fd, (const uint8_t *)data + done, n - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        done += (size_t)put;
    }
    return 0;
}

ssize_t wire_recv(int fd, uint8_t *body)
{
    uint8_t header[WIRE_HEADER];

    ssize_t n = read_full(fd, header, WIRE_HEADER);
    if (n < 0)
        return WIRE_ERROR;
    if (n < WIRE_HEADER)
        return WIRE_EOF;

    uint32_t len = wire_get_u32(header);
    if (len > WIRE_MAX_BODY)
        return WIRE_TOO_LONG;
    if (read_full(fd, body, len) != (ssize_t)len)
        return WIRE_ERROR;
    return (ssize_t)len;
}

/* Header and body leave in one call. In two, the body could sit in the kernel
 * until the peer's acknowledgement of the header (Nagle's algorithm), which
 * the peer may delay by 40 ms while it waits for the body. */
int wire_send(int fd, const void *body, size_t len)
{
    uint8_t header[WIRE_HEADER];
    struct iovec parts[] = {
        {.iov_base = header, .iov_len = sizeof header},
        {.iov_base = (void *)body, .iov_len = len},
    };

    if (len > WIRE_MAX_BODY) {
        errno = EMSGSIZE;
        return -1;
    }
    wire_put_u32(header, (uint32_t)len);

    ssize_t put = writev(fd, parts, 2);
    if (put < 0 && errno != EINTR)
        return -1;

    size_t done = put < 0 ? 0 : (size_t)put;
    if (done < sizeof header) {
        if (write_all(fd, header + done, sizeof header - done) < 0)
            return -1;
        done = sizeof header;
    }
    done -= sizeof header;
    return write_all(fd, (const uint8_t *)body + done, len - done);
}

ssize_t wire_parse(const uint8_t *data, size_t size, struct slice *body)
{
    if (size < WIRE_HEADER)
        return 0;

    uint32_t len = wire_get_u32(data);
    if (len > WIRE_MAX_BODY)
        return WIRE_TOO_LONG;
    if (size - WIRE_HEADER < len)
        return 0;
    *body = (struct slice){.data = data + WIRE_HEADER, .len = len};
    return WIRE_HEADER + (ssize_t)len;
}

const char *wire_strerror(ssize_t failure)
{
    switch (failure) {
    case WIRE_EOF:
        return "EOF";
    case WIRE_TOO_LONG:
        return "too long";
    default:
        return "read() error";
    }
}
