/*
 * wire: messages on a byte stream.
 *
 * A connection carries bytes and knows no messages. So each message begins
 * with a header that tells its length:
 *
 *      0        4             4 + length
 *     +--------+-------------+
 *     | length | body ...    |    length: u32, little-endian, of the body
 *     +--------+-------------+
 */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "slice.h"

enum {
    WIRE_HEADER = 4,
    WIRE_MAX_BODY = 32 << 20,
};

/* What wire_recv() returns in place of a length. */
enum wire_failure {
    WIRE_EOF = -1,      /* the peer closed before a whole header */
    WIRE_ERROR = -2,    /* read() failed, or the body ended early */
    WIRE_TOO_LONG = -3, /* the header announces more than WIRE_MAX_BODY */
};

/* Numbers at any address, aligned or not, on any machine. */
void wire_put_u32(uint8_t *at, uint32_t value);
uint32_t wire_get_u32(const uint8_t *at);
void wire_put_u64(uint8_t *at, uint64_t value);
uint64_t wire_get_u64(const uint8_t *at);

/* A double as the number that its 64 bits make, and back. */
uint64_t wire_bits_of(double value);
double wire_double_of(uint64_t bits);

/* Reads until n bytes are there. Returns n, or less where the peer closed
 * before that, or -1 (errno tells why). */
ssize_t read_full(int fd, void *data, size_t n);

/* Writes all n bytes. Returns 0, or -1 (errno tells why). */
int write_all(int fd, const void *data, size_t n);

/* Waits for a whole message and stores its body, which has room for
 * WIRE_MAX_BODY bytes. Returns the body's length or a wire_failure. */
ssize_t wire_recv(int fd, uint8_t *body);

/* Sends a message. Returns 0, or -1 (errno tells why). */
int wire_send(int fd, const void *body, size_t len);

/* Looks for a message at the front of size bytes that were received. Returns
 * how many of them it takes, header included, with its body in *body; or 0
 * when some are still to come; or WIRE_TOO_LONG. */
ssize_t wire_parse(const uint8_t *data, size_t size, struct slice *body);

/* A wire_failure in words. */
const char *wire_strerror(ssize_t failure);

#endif
