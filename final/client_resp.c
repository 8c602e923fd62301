#include "client_resp.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "number.h"
#include "wire.h"

enum { MAX_DEPTH = 64, MAX_LINE = 64 * 1024 };

struct reader {
    int fd;
    FILE *out;
    bool pretty;
    bool error;    /* the reply was one */
    struct buf in; /* received, not yet printed */
};

static bool send_request(int fd, const struct request *r)
{
    struct buf out = {0};
    char head[32];
    int n = snprintf(head, sizeof head, "*%zu\r\n", r->nargs);

    buf_append(&out, head, (size_t)n);
    for (size_t i = 0; i < r->nargs; i++) {
        n = snprintf(head, sizeof head, "$%zu\r\n", r->args[i].len);
        buf_append(&out, head, (size_t)n);
        buf_append(&out, r->args[i].data, r->args[i].len);
        buf_append(&out, "\r\n", 2);
    }
    bool ok = write_all(fd, buf_data(&out), buf_size(&out)) == 0;
    buf_free(&out);
    return ok;
}

/* Waits until there are n bytes. */
static bool need(struct reader *rd, size_t n)
{
    uint8_t chunk[16 * 1024];

    while (buf_size(&rd->in) < n) {
        ssize_t got = read(rd->fd, chunk, sizeof chunk);
        if (got <= 0)
            return false;
        buf_append(&rd->in, chunk, (size_t)got);
    }
    return true;
}

/* Takes a line, without its end, into memory of the caller's. */
static bool take_line(struct reader *rd, char *line, size_t size)
{
    for (size_t n = 0; need(rd, n + 2) && n < size; n++) {
        const uint8_t *data = buf_data(&rd->in);
        if (data[n] != '\r' || data[n + 1] != '\n')
            continue;
        memcpy(line, data, n);
        line[n] = '\0';
        buf_consume(&rd->in, n + 2);
        return true;
    }
    return false;
}

static void print_quoted(FILE *out, const uint8_t *data, size_t len)
{
    static const char plain[] = "\n\r\t\a\b\"\\";
    static const char names[] = "nrtab\"\\";

    putc('"', out);
    for (size_t i = 0; i < len; i++) {
        const char *special = data[i] ? strchr(plain, data[i]) : NULL;
        if (special)
            fprintf(out, "\\%c", names[special - plain]);
        else if (isprint(data[i]))
            putc(data[i], out);
        else
            fprintf(out, "\\x%02x", data[i]);
    }
    putc('"', out);
}

/* A string of that length; skip bytes at its front are not for people. */
static bool print_bulk(struct reader *rd, int64_t len, size_t skip)
{
    if (len < 0) {
        fprintf(rd->out, rd->pretty ? "(nil)\n" : "\n");
        return true;
    }
    if (len < (int64_t)skip || !need(rd, (size_t)len + 2))
        return false;
    const uint8_t *data = buf_data(&rd->in) + skip;
    if (rd->pretty && skip == 0)
        print_quoted(rd->out, data, (size_t)len);
    else
        fwrite(data, 1, (size_t)len - skip, rd->out);
    putc('\n', rd->out);
    buf_consume(&rd->in, (size_t)len + 2);
    return true;
}

static bool print_reply(struct reader *rd, int indent, int depth);

/* 1) "a"
 * 2) 1) "b"      the numbers are as wide as the last one
 *    2) "c"                                              */
static bool print_array(struct reader *rd, int64_t n, bool is_map, int indent,
                        int depth)
{
    char text[32];
    int width = snprintf(text, sizeof text, "%lld", (long long)n);

    if (n <= 0 && rd->pretty)
        fprintf(rd->out, n < 0    ? "(nil)\n"
                         : is_map ? "(empty hash)\n"
                                  : "(empty array)\n");
    for (int64_t i = 0; i < n; i++) {
        if (rd->pretty)
            fprintf(rd->out, "%*s%*lld%s ", i > 0 ? indent : 0, "", width,
                    (long long)i + 1, is_map ? "#" : ")");
        if (!print_reply(rd, indent + width + 2, depth + 1))
            return false;
        if (is_map && rd->pretty)
            fprintf(rd->out, "%*s=> ", indent + width + 2, "");
        if (is_map && !print_reply(rd, indent + width + 5, depth + 1))
            return false;
    }
    return true;
}

static bool print_reply(struct reader *rd, int indent, int depth)
{
    static char line[MAX_LINE];
    int64_t n = 0;

    if (depth > MAX_DEPTH || !take_line(rd, line, sizeof line))
        return false;
    char mark = line[0];
    struct slice text = slice_of(line + (mark != '\0'));
    if (strchr("$*%~=>!", mark) && !number_int(text, &n))
        return false;
    switch (mark) {
    case '+':
        fprintf(rd->out, "%s\n", line + 1);
        return true;
    case '-':
        rd->error = depth == 0;
        fprintf(rd->out, rd->pretty ? "(error) %s\n" : "%s\n", line + 1);
        return true;
    case ':':
        fprintf(rd->out, rd->pretty ? "(integer) %s\n" : "%s\n", line + 1);
        return true;
    case ',':
        fprintf(rd->out, rd->pretty ? "(double) %s\n" : "%s\n", line + 1);
        return true;
    case '_':
        fprintf(rd->out, rd->pretty ? "(nil)\n" : "\n");
        return true;
    case '#':
        fprintf(rd->out, "%s\n", line[1] == 't' ? "(true)" : "(false)");
        return true;
    case '$':
        return print_bulk(rd, n, 0);
    case '=':
        return print_bulk(rd, n, 4);
    case '*':
    case '~':
    case '>':
        return print_array(rd, n, false, indent, depth);
    case '%':
        return print_array(rd, n, true, indent, depth);
    default:
        return false;
    }
}

int resp_ask(int fd, const struct request *r, bool pretty, FILE *out)
{
    struct reader rd = {.fd = fd, .out = out, .pretty = pretty};
    int status = -1;

    if (!send_request(fd, r))
        fprintf(stderr, "client: cannot send\n");
    else if (print_reply(&rd, 0, 0))
        status = rd.error;
    else
        fprintf(stderr, "client: the connection ended, or a bad reply came\n");
    buf_free(&rd.in);
    return status;
}
