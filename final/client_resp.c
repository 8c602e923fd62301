/*
 * The connection is read as a FILE, because a reply is lines and counted bytes.
 * An array is printed by printing its elements, each of which may be an array:
 * so print functions call each other, at most MAX_DEPTH deep, whatever the
 * server sends. A reply that makes no sense is reported, and the client ends.
 */
#include "client_resp.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buffer.h"
#include "mem.h"
#include "number.h"
#include "resp.h"
#include "wire.h"

enum { MAX_DEPTH = 64, MAX_LINE = 64 * 1024 };

struct printer {
    FILE *in;
    FILE *out;
    bool pretty;
    bool error; /* the reply was one */
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

/* Takes a line, without its end. Returns false if none came, or only a
 * part of one. */
static bool take_line(FILE *in, char *line, size_t size)
{
    size_t len = fgets(line, (int)size, in) ? strlen(line) : 0;

    if (len < 2 || strcmp(line + len - 2, "\r\n") != 0)
        return false;
    line[len - 2] = '\0';
    return true;
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

/* Prints a string of that length. For people it is in quotes, unless the mark
 * says that it is an error (!) or a text made for them (=). Such a text begins
 * with four bytes that tell its format, which are skipped. */
static bool print_bulk(struct printer *p, char mark, int64_t len)
{
    size_t skip = mark == '=' ? 4 : 0;

    if (len < 0) {
        fprintf(p->out, p->pretty ? "(nil)\n" : "\n");
        return true;
    }
    if (len > RESP_MAX_BULK || len < (int64_t)skip)
        return false;
    size_t size = (size_t)len;
    uint8_t *data = mem_alloc(size + 2);
    bool ok = fread(data, 1, size + 2, p->in) == size + 2;
    if (ok && p->pretty && mark == '!')
        fprintf(p->out, "(error) ");
    if (ok && p->pretty && mark == '$')
        print_quoted(p->out, data, size);
    else if (ok)
        fwrite(data + skip, 1, size - skip, p->out);
    free(data);
    putc('\n', p->out);
    return ok;
}

static bool print_reply(struct printer *p, int indent, int depth);

/* 1) "a"
 * 2) 1) "b"      the numbers are as wide as the last one; those of a set have
 *    2) "c"      a ~ behind them, for its order means nothing
 *
 * A map is printed as an array of its keys and values. */
static bool print_array(struct printer *p, char mark, int64_t n, int indent,
                        int depth)
{
    bool is_map = mark == '%' || mark == '|';
    char text[32];

    if (is_map && (n < 0 || n > INT64_MAX / 2))
        return false;
    n = is_map ? n * 2 : n;
    int width = snprintf(text, sizeof text, "%lld", (long long)n);
    if (n < 0 && p->pretty)
        fprintf(p->out, "(nil)\n");
    else if (n == 0 && p->pretty)
        fprintf(p->out, "(empty %s)\n", mark == '~' ? "set" : "array");
    for (int64_t i = 0; i < n; i++) {
        if (p->pretty)
            fprintf(p->out, "%*s%*lld%c ", i > 0 ? indent : 0, "", width,
                    (long long)i + 1, mark == '~' ? '~' : ')');
        if (!print_reply(p, indent + width + 2, depth + 1))
            return false;
    }
    return true;
}

/* Takes the line that a value begins with. *n is the number of bytes or values
 * that follow, for the marks that have one. */
static bool take_header(FILE *in, char *line, size_t size, int64_t *n)
{
    *n = 0;
    return take_line(in, line, size) && line[0] != '\0' &&
           (!strchr("$=!*~%|>", line[0]) || number_int(slice_of(line + 1), n));
}

/* Prints a value that is one line. Returns false for an unknown mark. */
static bool print_line(const struct printer *p, const char *line)
{
    static const char *const names[128] = {
        [':'] = "(integer) ",
        [','] = "(double) ",
        ['('] = "(big number) ",
        ['-'] = "(error) ",
    };
    const char *name = names[(unsigned char)line[0] % 128];

    if (strcmp(line, "#t") == 0 || strcmp(line, "#f") == 0)
        fprintf(p->out, p->pretty ? "(%s)\n" : "%s\n",
                line[1] == 't' ? "true" : "false");
    else if (strchr("+-:,(", line[0]))
        fprintf(p->out, "%s%s\n", p->pretty && name ? name : "", line + 1);
    else
        return false;
    return true;
}

static bool print_reply(struct printer *p, int indent, int depth)
{
    static char line[MAX_LINE];
    int64_t n;

    if (depth > MAX_DEPTH || !take_header(p->in, line, sizeof line, &n))
        return false;
    while (line[0] == '|' || line[0] == '>') {
        /* Attributes and pushed messages: the reply itself comes after. */
        if (!print_array(p, line[0], n, indent, depth) ||
            !take_header(p->in, line, sizeof line, &n))
            return false;
        fprintf(p->out, "%*s", p->pretty ? indent : 0, "");
    }
    if (depth == 0)
        p->error = line[0] == '-' || line[0] == '!';
    switch (line[0]) {
    case '$':
    case '=':
    case '!':
        return print_bulk(p, line[0], n);
    case '*':
    case '~':
    case '%':
        return print_array(p, line[0], n, indent, depth);
    case '_':
        return print_bulk(p, '$', -1);
    default:
        return print_line(p, line);
    }
}

/* The one request that the end of the connection answers. */
static bool is_shutdown(const struct request *r)
{
    return r->nargs > 0 && r->args[0].len == 8 &&
           strncasecmp((const char *)r->args[0].data, "shutdown", 8) == 0;
}

int resp_ask(int fd, const struct request *r, bool pretty, FILE *out)
{
    static FILE *in; /* there is one connection */
    int status = -1;

    if (!in && !(in = fdopen(fd, "r")))
        return -1;
    struct printer p = {.in = in, .out = out, .pretty = pretty};
    bool sent = send_request(fd, r);
    if (sent && is_shutdown(r) && ungetc(getc(in), in) == EOF)
        status = 0;
    else if (sent && print_reply(&p, 0, 0))
        status = p.error;
    else
        fprintf(stderr, "client: the connection ended, or a bad reply came\n");
    return status;
}
