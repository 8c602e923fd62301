/*
 * client: sends its arguments as one request, and prints the reply. Without any
 * it takes requests from stdin, one per line; see --help.
 *
 * Exit status: 0 after replies, 1 if one was an error or did not come, 2 for
 * wrong use.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "client_line.h"
#include "client_options.h"
#include "client_resp.h"
#include "clock.h"
#include "cursor.h"
#include "net.h"
#include "reply.h"
#include "request.h"
#include "resp.h"
#include "wire.h"

/* Arrays in arrays may be so deep; a hostile server could send millions. */
enum { MAX_DEPTH = 64 };

enum { MAX_LINE = 1024 * 1024 };

/* Ends the program: errno tells why. */
static void die(const char *what)
{
    fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int connect_to_server(const struct options *o)
{
    const char *error = "no such address";
    int fd = o->path ? net_connect(o->path, NULL, &error)
                     : net_connect(o->host, o->port, &error);

    if (fd < 0) {
        fprintf(stderr, "client: connect: %s\n", error);
        exit(1);
    }
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

/* The request's body. */
static struct buf build_request(const struct request *r)
{
    struct buf body = {0};

    append_u32(&body, r->nargs);
    for (size_t i = 0; i < r->nargs; i++)
        append_string(&body, r->args[i].data, r->args[i].len);
    if (buf_size(&body) > WIRE_MAX_BODY || r->nargs > REQUEST_MAX_ARGS) {
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

/* Sends a request, and prints the reply unless quiet. Returns the exit status
 * that the reply means, or -1 if there was none. */
static int binary_ask(int fd, const struct request *r, bool quiet)
{
    static uint8_t body[WIRE_MAX_BODY];

    struct buf request = build_request(r);
    if (wire_send(fd, buf_data(&request), buf_size(&request)) < 0)
        die("write");
    buf_free(&request);

    ssize_t len = wire_recv(fd, body);
    if (len < 0) {
        fprintf(stderr, "client: %s\n", wire_strerror(len));
        return -1;
    }
    if (quiet)
        return len > 0 && body[0] == REPLY_ERR;
    return print_reply(body, (size_t)len);
}

static int ask(const struct options *o, int fd, const struct request *r,
               bool quiet)
{
    static FILE *nowhere;

    if (!o->resp)
        return binary_ask(fd, r, quiet);
    if (quiet && !nowhere && !(nowhere = fopen("/dev/null", "w")))
        die("/dev/null");
    return resp_ask(fd, r, o->pretty, quiet ? nowhere : stdout);
}

static void add_text(struct request *r, const char *text)
{
    request_add(r, slice_of(text));
}

static void authenticate(const struct options *o, int fd)
{
    struct request r = {0};

    add_text(&r, "auth");
    add_text(&r, o->password);
    if (ask(o, fd, &r, true) != 0) {
        fprintf(stderr, "client: the password is not accepted\n");
        exit(1);
    }
    request_free(&r);
}

/* Measures how long a reply takes, over and over. */
static int measure(const struct options *o, int fd)
{
    struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
    struct request ping = {0};
    uint64_t most = 0;
    uint64_t sum = 0;
    int status = 0;

    add_text(&ping, "ping");
    for (long n = 1; o->repeat == 0 || n <= o->repeat; n++) {
        uint64_t before = clock_now_us();
        status = ask(o, fd, &ping, true);
        if (status != 0)
            break;
        uint64_t took = clock_now_us() - before;
        most = took > most ? took : most;
        sum += took;
        if (n % 100 == 0 || n == o->repeat) {
            printf("%ld pings: %.3f ms on average, %.3f ms at most\n", n,
                   (double)sum / 1000 / (double)n, (double)most / 1000);
            fflush(stdout);
        }
        nanosleep(&pause, NULL);
    }
    request_free(&ping);
    if (status != 0)
        fprintf(stderr, "client: the server does not answer PING\n");
    return status != 0;
}

/* Sends the request of the command line, as often as --repeat says. */
static int run_arguments(const struct options *o, int fd, int argc, char **argv)
{
    struct request r = {0};
    struct buf last = {0};
    int status = 0;

    for (int i = 0; i < argc; i++)
        add_text(&r, argv[i]);
    if (o->from_stdin) {
        last = read_stdin();
        request_add(&r, (struct slice){.data = buf_data(&last),
                                       .len = buf_size(&last)});
    }
    for (long n = 0; status == 0 && (n == 0 || n < o->repeat); n++)
        status = ask(o, fd, &r, false);
    request_free(&r);
    buf_free(&last);
    return status == 0 ? 0 : 1;
}

/* A server may hang up on a client that is silent for long. A person gets a new
 * connection then, with the same descriptor. */
static void stay_connected(const struct options *o, int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char byte;

    if (poll(&p, 1, 0) == 0 || recv(fd, &byte, 1, MSG_PEEK) > 0)
        return;
    int anew = connect_to_server(o);
    if (dup2(anew, fd) < 0)
        die("dup2");
    close(anew);
    printf("(a new connection: the server had ended the last one)\n");
    if (o->password)
        authenticate(o, fd);
}

static bool read_request_line(bool person, char *line, size_t size)
{
    if (person)
        return line_read("> ", line, size) && strcmp(line, "quit") != 0 &&
               strcmp(line, "exit") != 0;
    return fgets(line, (int)size, stdin) != NULL;
}

/* Requests from stdin, until it ends or the connection does. */
static int run_lines(const struct options *o, int fd)
{
    static char line[MAX_LINE];
    bool person = isatty(STDIN_FILENO);
    bool failed = false;
    int status = 0;
    int nlines = 0;

    for (; status >= 0 && read_request_line(person, line, sizeof line);
         nlines++) {
        struct request r = {0};
        if (!person && !strchr(line, '\n') && !feof(stdin)) {
            fprintf(stderr, "client: a line is too long, or has a NUL in it\n");
            return 1;
        }
        if (!resp_split_line(&r, (uint8_t *)line, strlen(line))) {
            printf("a quote does not end where a word does\n");
            failed = true;
        } else if (r.nargs == 1 && slice_eq(r.args[0], slice_of("help"))) {
            printf("words, with \"quotes\" if need be; `command list` in "
                   "--resp names all commands\n");
        } else if (r.nargs > 0) {
            if (person)
                stay_connected(o, fd);
            status = ask(o, fd, &r, false);
            failed |= status != 0;
        }
        fflush(stdout);
        request_free(&r);
    }
    if (nlines == 0 && !person && !o->resp) {
        /* No words at all: an empty request, as in the chapters. */
        struct request r = {0};
        failed = ask(o, fd, &r, false) != 0;
    }
    return failed;
}

int main(int argc, char **argv)
{
    struct options o;
    int first = options_parse(&o, argc, argv);

    signal(SIGPIPE, SIG_IGN); /* a vanished server is an error */

    int fd = connect_to_server(&o);
    if (o.password)
        authenticate(&o, fd);
    int status = o.latency ? measure(&o, fd)
                 : first < argc || o.from_stdin
                     ? run_arguments(&o, fd, argc - first, argv + first)
                     : run_lines(&o, fd);
    close(fd);
    if (fflush(stdout) != 0 || ferror(stdout))
        die("stdout");
    return status;
}
