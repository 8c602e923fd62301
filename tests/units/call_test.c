/*
 * A struct call without a connection, as the replay of a log would make it:
 * commands that only need the data run, and those that would wait do not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "awaited.h"
#include "buffer.h"
#include "command.h"
#include "dispatch.h"
#include "passed.h"
#include "server.h"

static struct server server;

/* Runs one request, words with blanks between them, and checks its reply. */
static void expect(const char *line, const char *reply)
{
    struct slice args[8];
    struct buf out = {0};
    char copy[128];
    size_t n = 0;

    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        args[n++] = slice_of(word);

    struct call call = {
        .args = args,
        .nargs = n,
        .server = &server,
        .ks = &server.dbs[0],
        .reply = {.out = &out, .proto = PROTO_RESP2, .most = 1 << 20},
    };
    const struct command *cmd = command_find(args, n, true);
    if (!cmd) {
        printf("%s: there is no such command\n", line);
        exit(1);
    }
    reply_begin(&call.reply);
    command_call(&call, cmd);
    command_end(&call);
    if (buf_size(&out) != strlen(reply) ||
        memcmp(buf_data(&out), reply, strlen(reply)) != 0) {
        printf("%s: the reply is %.*s, and not %s\n", line,
               (int)buf_size(&out), (const char *)buf_data(&out), reply);
        exit(1);
    }
    buf_free(&out);
}

int main(void)
{
    list_init(&server.came);
    list_init(&server.turn);
    if (thread_pool_init(&server.pool, 1) < 0)
        return 1;
    for (size_t i = 0; i < SERVER_DBS; i++) {
        server.dbs[i].pool = &server.pool;
        server.dbs[i].changed = awaited_changed;
        server.dbs[i].listener = &server;
    }
    expect("set k 41", "+OK\r\n");
    expect("incr k", ":42\r\n");
    expect("append k x", ":3\r\n");
    expect("get k", "$3\r\n42x\r\n");
    expect("zadd z 1 a 2 b", ":2\r\n");
    expect("zrange z 0 -1", "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
    expect("bzpopmin z 0", "*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\n1\r\n");
    expect("zpopmin z", "*2\r\n$1\r\nb\r\n$1\r\n2\r\n");
    expect("bzpopmin z 0", "*-1\r\n"); /* nobody is there to wait */
    expect("rename k l", "+OK\r\n");
    expect("pexpire l 1000", ":1\r\n");
    expect("flushdb", "+OK\r\n");
    thread_pool_release(&server.pool);
    return passed();
}
