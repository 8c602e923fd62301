/*
 * The size is known before any byte is written: each word has at most MOST_HEAD
 * bytes in front of it and behind it.
 */
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

enum { MOST_HEAD = 32 };

#define LITERAL(text) text, sizeof(text) - 1
#define GET_NOTHING "\017\0\0\0\2\0\0\0\3\0\0\0get\0\0\0\0"

static const struct words all[] = {
    [PROTOCOL_RESP] = {LITERAL("*1\r\n$4\r\nPING\r\n"),
                       LITERAL("+PONG\r\n"), LITERAL("+OK\r\n")},
    [PROTOCOL_TLV] = {LITERAL(GET_NOTHING), LITERAL("\1\0\0\0\0"),
                      LITERAL("\1\0\0\0\0")},
    [PROTOCOL_STATUS] = {LITERAL(GET_NOTHING),
                         LITERAL("\4\0\0\0\2\0\0\0"),
                         LITERAL("\4\0\0\0\0\0\0\0")},
    [PROTOCOL_ECHO] = {LITERAL("\2\0\0\0hi"), LITERAL("\2\0\0\0hi"),
                       LITERAL("\2\0\0\0hi")},
};

const struct words *words_of(enum protocol protocol)
{
    return &all[protocol];
}

static size_t encode_resp(char *to, const struct slice *words, int nwords)
{
    char *at = to + sprintf(to, "*%d\r\n", nwords);

    for (int i = 0; i < nwords; i++) {
        at += sprintf(at, "$%zu\r\n", words[i].len);
        memcpy(at, words[i].data, words[i].len);
        at += words[i].len;
        memcpy(at, "\r\n", 2);
        at += 2;
    }
    return (size_t)(at - to);
}

static size_t encode_binary(char *to, const struct slice *words, int nwords)
{
    char *at = to + 8;

    for (int i = 0; i < nwords; i++) {
        u32_put(at, (uint32_t)words[i].len);
        memcpy(at + 4, words[i].data, words[i].len);
        at += 4 + words[i].len;
    }
    u32_put(to, (uint32_t)(at - to - 4));
    u32_put(to + 4, (uint32_t)nwords);
    return (size_t)(at - to);
}

char *words_encode(enum protocol protocol, const struct slice *words,
                   int nwords, size_t *len)
{
    size_t most = MOST_HEAD;
    char *bytes;

    for (int i = 0; i < nwords; i++)
        most += MOST_HEAD + words[i].len;
    bytes = must_alloc(most);
    *len = protocol == PROTOCOL_RESP ? encode_resp(bytes, words, nwords)
                                     : encode_binary(bytes, words, nwords);
    return bytes;
}

void words_send(int fd, enum protocol protocol, char **words, int nwords)
{
    struct slice *slices = must_alloc((size_t)nwords * sizeof(*slices));
    char *bytes;
    size_t len;

    for (int i = 0; i < nwords; i++)
        slices[i] = (struct slice){words[i], strlen(words[i])};
    bytes = words_encode(protocol, slices, nwords, &len);
    send_all(fd, bytes, len);
    send_all(fd, all[protocol].ping, all[protocol].ping_len);
    free(bytes);
    free(slices);
}
