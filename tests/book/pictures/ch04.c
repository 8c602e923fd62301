/*
 * ch04 SCENARIO: records how wire_recv() of ch04_protocol takes a message from a socket.
 *
 *   pieces    a message arrives in three pieces, and the last has the beginning of the next one
 *   toolong   the four bytes that stand where a length should are text
 *
 * Each piece is sent at the moment at which the stage calls read(), so it has just arrived.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "recorder.h"

static ssize_t read_noted(int fd, void *data, size_t n);

#define read read_noted
#include "../../../ch04_protocol/wire.c"
#undef read

struct piece {
    const char *bytes;
    size_t n;
};

static const struct piece *next_piece;
static int client, server;
static uint8_t message[WIRE_HEADER + WIRE_MAX_BODY]; /* all that was read, in order */
static size_t have;

/* What has arrived and was not read. */
static void waiting(void)
{
    uint8_t there[100];
    ssize_t n = recv(server, there, sizeof there, MSG_PEEK | MSG_DONTWAIT);
    bytes("in the kernel", there, n > 0 ? (size_t)n : 0);
}

/* The bytes of a part of the message, and how many are missing. */
static void part(const char *name, size_t from, size_t size)
{
    printf("    bytes %s:", name);
    for (size_t i = from; i < from + size; i++) {
        if (i < have) {
            print_byte(message[i]);
        } else {
            printf(" __");
        }
    }
    printf("\n");
}

static void show(const char *label, const char *asked, const char *got)
{
    size_t length = wire_get_u32(message);
    state("%s", label);
    line("fact read() asks for: %s", asked);
    line("fact it returns: %s", got);
    waiting();
    part("header", 0, WIRE_HEADER);
    if (have >= WIRE_HEADER && length <= WIRE_MAX_BODY) {
        part("body", WIRE_HEADER, length);
    }
}

static ssize_t read_noted(int fd, void *data, size_t n)
{
    static size_t calls;
    char label[40], asked[40], got[40];
    if (next_piece->n) {
        must(write(client, next_piece->bytes, next_piece->n) == (ssize_t)next_piece->n, "write");
    }
    next_piece++;
    ssize_t did = read(fd, data, n);
    must(did >= 0, "read");
    memcpy(message + have, data, (size_t)did);
    have += (size_t)did;
    snprintf(label, sizeof label, "after read() number %zu", ++calls);
    snprintf(asked, sizeof asked, "%zu bytes", n);
    snprintf(got, sizeof got, "%zd", did);
    show(label, asked, got);
    return did;
}

static void play(const struct piece *pieces)
{
    static uint8_t body[WIRE_MAX_BODY];
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
    client = pair[0];
    server = pair[1];
    next_piece = pieces;
    show("before the first read()", "-", "-");
    ssize_t len = wire_recv(server, body);
    state("wire_recv() returns");
    if (len < 0) {
        line("fact result: %zd, %s", len, wire_strerror(len));
    } else {
        line("fact result: %zd", len);
    }
    waiting();
    if (len >= 0) {
        bytes("body", body, (size_t)len);
    }
}

int main(int argc, char **argv)
{
    static const struct piece pieces[] = {
        {"\5", 1}, {"\0\0\0he", 5}, {"", 0}, {"llo\2\0", 5}, {"", 0}};
    static const struct piece toolong[] = {{"hello", 5}, {"", 0}};
    (void)argc;
    play(plays(argv, "pieces") ? pieces : toolong);
    return 0;
}
