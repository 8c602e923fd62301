/*
 * ask: sends one request in RESP and prints the first line of its answer.
 *
 *   ask PORT WORD...
 *
 * Status: 0; 1 for an error or no answer; 2 for wrong use.
 *
 * A PING follows the request. An answer may have megabytes; it is parsed only
 * after the PING's answer has arrived, too.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "answer.h"
#include "common.h"
#include "words.h"

/* Returns the bytes of the answer to the request, and what they mean. */
static char *receive(int fd, struct answer *a)
{
    const struct words *w = words_of(PROTOCOL_RESP);
    size_t size = 64 * 1024, len = 0;
    char *in = must_alloc(size);
    long n = 0;

    while (n == 0) {
        ssize_t some;
        await(fd, 0);
        if (len == size && !(in = realloc(in, size *= 2)))
            die_errno("realloc");
        some = recv(fd, in + len, size - len, 0);
        if (some < 0 && errno == EAGAIN)
            continue;
        if (some <= 0)
            die("the server hung up");
        len += (size_t)some;
        if (len > w->pong_len &&
            memcmp(in + len - w->pong_len, w->pong, w->pong_len) == 0)
            n = answer_read(PROTOCOL_RESP, in, len - w->pong_len, a);
    }
    if (n < 0)
        die("the server sent a malformed answer");
    return in;
}

int main(int argc, char **argv)
{
    struct answer a;
    char *in;
    int fd;

    set_program("ask");
    patience_ms = 60 * 1000; /* FLUSHALL can take long */
    if (argc < 3) {
        fprintf(stderr, "usage: ask PORT WORD...\n");
        return 2;
    }
    fd = connect_to((int)number_of("PORT", argv[1], 1, 65535));
    finish_connecting(fd);
    words_send(fd, PROTOCOL_RESP, argv + 2, argc - 2);
    in = receive(fd, &a);
    if (a.kind == KIND_TEXT)
        printf("%.*s\n", (int)strcspn(a.text, "\r\n"), a.text);
    else
        printf("%.*s\n", (int)strcspn(in, "\r\n"), in);
    return a.kind == KIND_ERROR;
}
