/*
 * client: sends its arguments as one request, and prints the reply.
 *
 *     client CMD ARGS...
 *     client -x CMD ARGS...    one more argument is read from stdin, whole:
 *                              for values with NUL in them, or big ones
 *
 * Exit status: 0 after a reply, 1 after an error reply or none, 2 for wrong
 * use.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buffer.h"
#include "cursor.h"
#include "reply.h"
#include "request.h"
#include "wire.h"

/* Arrays in arrays may be so deep; a hostile server could send millions. */
enum { MAX_DEPTH = 64 };

/* Ends the program: errno tells why. */
static void die(const char *what)
{
    fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Connects to the server on this machine, at $PORT or 1234. */
static int connect_to_server(void)
{
    const char *text = getenv("PORT");
    unsigned port = 1234;
    char rest; /* what %c finds behind the number: it must be nothing */

    if (text && (sscanf(text, "%5u%c", &port, &rest) != 1 || port < 1 ||
                 port > 65535)) {
        fprintf(stderr, "client: PORT must be 1 to 65535, not '%s'\n", text);
        exit(2);
    }

    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        die("socket");
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
        die("connect");
    return fd;
}

static void append_u32(struct buf *b, size_t value)
{
    uint8_t bytes[4];

    wire_put_u32(bytes, (uint32_t)value);
    buf_append(b, bytes, sizeof bytes);
}

static void append_string(struct buf *b, const void *data, size_t len)
{
    append_u32(b, len);
    buf_append(b, data, len);
}

/* Reads stdin to its end, or until it is more than any request can hold. */
static struct buf read_stdin(void)
{
    struct buf all = {0};
    char chunk[4096];
    size_t n;

    while (buf_size(&all) <= WIRE_MAX_BODY &&
           (n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        buf_append(&all, chunk, n);
    if (ferror(stdin))
        die("stdin");
    return all;
}

/* The request's body: the arguments, and stdin after them if from_stdin. */
static struct buf build_request(int argc, char **argv, bool from_stdin)
{
    size_t nargs = (size_t)argc + from_stdin;
    struct buf body = {0};

    append_u32(&body, nargs);
    for (int i = 0; i < argc; i++)
        append_string(&body, argv[i], strlen(argv[i]));
    if (from_stdin) {
        struct buf last = read_stdin();
        append_string(&body, buf_data(&last), buf_size(&last));
        buf_free(&last);
    }
    if (buf_size(&body) > WIRE_MAX_BODY || nargs > REQUEST_MAX_ARGS) {
        fprintf(stderr, "client: the request is too long\n");
        exit(2);
    }
    return body;
}

/* Prints the value at the front of the reply, and takes it off. Returns false
 * if the value is not complete. */
static bool print_value(struct cursor *cur, int depth);

static bool print_error(struct cursor *cur)
{
    uint32_t code;
    struct slice text;

    if (!cursor_u32(cur, &code) || !cursor_string(cur, &text))
        return false;
    printf("(err) %u ", (unsigned)code);
    fwrite(text.data, 1, text.len, stdout);
    printf("\n");
    return true;
}

static bool print_string(struct cursor *cur)
{
    struct slice str;

    if (!cursor_string(cur, &str))
        return false;
    printf("(str) ");
    fwrite(str.data, 1, str.len, stdout); /* any bytes, NUL too */
    printf("\n");
    return true;
}

static bool print_array(struct cursor *cur, int depth)
{
    uint32_t n;

    if (!cursor_u32(cur, &n))
        return false;
    printf("(arr) len=%u\n", (unsigned)n);
    for (uint32_t i = 0; i < n; i++) {
        if (!print_value(cur, depth + 1))
            return false;
    }
    printf("(arr) end\n");
    return true;
}

static bool print_value(struct cursor *cur, int depth)
{
    uint8_t tag;
    uint64_t bits;

    if (depth > MAX_DEPTH || !cursor_u8(cur, &tag))
        return false;
    switch (tag) {
    case REPLY_NIL:
        printf("(nil)\n");
        return true;
    case REPLY_ERR:
        return print_error(cur);
    case REPLY_STR:
        return print_string(cur);
    case REPLY_INT:
        if (!cursor_u64(cur, &bits))
            return false;
        printf("(int) %lld\n", (long long)bits);
        return true;
    case REPLY_DBL:
        if (!cursor_u64(cur, &bits))
            return false;
        printf("(dbl) %g\n", wire_double_of(bits));
        return true;
    case REPLY_ARR:
        return print_array(cur, depth);
    default:
        return false;
    }
}

/* Prints a reply. Returns the exit status that it means. */
static int print_reply(const uint8_t *body, size_t len)
{
    struct cursor cur = {.at = body, .left = len};

    if (!print_value(&cur, 0) || cur.left > 0) {
        fprintf(stderr, "client: bad response\n");
        return 1;
    }
    return body[0] == REPLY_ERR ? 1 : 0;
}

int main(int argc, char **argv)
{
    static uint8_t body[WIRE_MAX_BODY];
    bool from_stdin = argc > 1 && strcmp(argv[1], "-x") == 0;
    int skip = from_stdin ? 2 : 1;

    signal(SIGPIPE, SIG_IGN); /* a vanished server is an error */

    struct buf request = build_request(argc - skip, argv + skip, from_stdin);
    int fd = connect_to_server();
    if (wire_send(fd, buf_data(&request), buf_size(&request)) < 0)
        die("write");
    buf_free(&request);

    ssize_t len = wire_recv(fd, body);
    close(fd);
    if (len < 0) {
        fprintf(stderr, "client: %s\n", wire_strerror(len));
        return 1;
    }
    int status = print_reply(body, (size_t)len);
    if (fflush(stdout) != 0 || ferror(stdout))
        die("stdout");
    return status;
}
