/*
 * A parser that can stop after any byte and go on later. Each step returns
 * DONE, MORE (nothing is wrong yet) or BAD, and struct resp says where the next
 * call goes on. Headers are lines, found with memchr(); strings are skipped by
 * their length, without a look at their bytes. Until a request is complete, the
 * buffer may move, so only the lengths of its strings are kept: place_args()
 * works out at the end where they are.
 */
#include "resp.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "number.h"

enum { MORE = 0, BAD = -1, DONE = 1 };

static int fail(const char **error, const char *text)
{
    *error = text;
    return BAD;
}

/* Finds the line that begins at s->at, and moves s->at behind it. A typed one
 * ends with \n, and a \r before that is dropped; a header ends with \r and any
 * one byte. If the end has not arrived, s->seen keeps how far was searched. */
static int find_line(struct resp *s, const uint8_t *data, size_t size,
                     char last, struct slice *line)
{
    size_t from = s->seen > s->at ? s->seen : s->at;
    size_t more = last == '\r'; /* bytes that must follow the last one */
    const uint8_t *end =
        size > from ? memchr(data + from, last, size - from) : NULL;

    if (!end || end + more == data + size) {
        /* Next time the search goes on here, perhaps at a \r without its \n. */
        s->seen = end ? (size_t)(end - data) : size;
        return size - s->at > RESP_MAX_LINE ? BAD : MORE;
    }
    *line = (struct slice){
        .data = data + s->at,
        .len = (size_t)(end - (data + s->at)),
    };
    s->at += line->len + 1 + more;
    if (last == '\n' && line->len > 0 && end[-1] == '\r')
        line->len--;
    return DONE;
}

/* Returns -1 for what is not a hex digit. */
static int hex_value(uint8_t c)
{
    if (isdigit(c))
        return c - '0';
    return isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

/* Decodes what follows a backslash in double quotes: x and two hex digits, or a
 * letter for a control character; any other byte means itself. Returns how many
 * bytes that took. */
static size_t unescape(const uint8_t *in, size_t left, uint8_t *out)
{
    static const char names[] = "nrtba";
    static const char values[] = "\n\r\t\b\a";

    if (left >= 3 && in[0] == 'x' && hex_value(in[1]) >= 0 &&
        hex_value(in[2]) >= 0) {
        *out = (uint8_t)(hex_value(in[1]) * 16 + hex_value(in[2]));
        return 3;
    }
    const char *name = in[0] ? strchr(names, in[0]) : NULL;
    *out = name ? (uint8_t)values[name - names] : in[0];
    return 1;
}

/* Decodes one word of a line, in place: what a word means is never longer than
 * the word, so n never overtakes i. Returns false for a quote that does not
 * end, or that does not end the word. */
static bool decode_word(uint8_t *line, size_t len, size_t *at, size_t *word_len)
{
    uint8_t *word = line + *at;
    size_t i = *at;
    size_t n = 0;
    uint8_t quote = 0;

    for (; i < len && (quote || !memchr(" \t\r\n", line[i], 4)); i++) {
        uint8_t c = line[i];
        if (quote && c == quote) {
            if (i + 1 < len && !isspace(line[i + 1]))
                return false;
            quote = 0;
            len = i + 1; /* it ends the word */
        } else if (quote == '"' && c == '\\' && i + 1 < len) {
            i += unescape(line + i + 1, len - i - 1, &c);
            word[n++] = c;
        } else if (quote == '\'' && c == '\\' && i + 1 < len &&
                   line[i + 1] == '\'') {
            word[n++] = line[++i];
        } else if (!quote && (c == '"' || c == '\'')) {
            quote = c;
        } else {
            word[n++] = c;
        }
    }
    *at = i;
    *word_len = n;
    return quote == 0;
}

/* Blanks separate words, and are dropped. The prompt of the client splits its
 * lines with this, too. */
bool resp_split_line(struct request *r, uint8_t *line, size_t len)
{
    size_t at = 0;

    for (;;) {
        while (at < len && isspace(line[at]))
            at++;
        if (at == len)
            return true;
        const uint8_t *word = line + at;
        size_t word_len;
        if (!decode_word(line, len, &at, &word_len))
            return false;
        request_add(r, (struct slice){.data = word, .len = word_len});
    }
}

/* A line is decoded only when all of it is there. So decoding, which overwrites
 * it, is done once. */
static int parse_inline(struct resp *s, struct request *r, uint8_t *data,
                        size_t size, const char **error)
{
    struct slice line;
    int got = find_line(s, data, size, '\n', &line);

    if (got == BAD)
        return fail(error, "ERR Protocol error: too big inline request");
    if (got == DONE && !resp_split_line(r, data + (line.data - data), line.len))
        return fail(error, "ERR Protocol error: unbalanced quotes in request");
    return got;
}

/* Reads the number behind the mark of "*3" or "$3". Returns false if it is
 * malformed or larger than most. */
static bool parse_count(struct slice line, int64_t most, int64_t *n)
{
    line.data++;
    line.len--;
    return number_strict_int(line, n) && *n <= most;
}

/* The fast way for nearly all headers: those that are complete and have at most
 * four digits. Returns false for the others, and leaves them to find_line() and
 * parse_count(), which take three times as long: they see what is missing or
 * wrong, such as a zero in front. */
static bool parse_short(struct resp *s, const uint8_t *data, size_t size,
                        char mark, int64_t *n)
{
    const uint8_t *at = data + s->at;
    size_t left = size - s->at;
    size_t i = 1;

    /* "*3\r\n" is the shortest. A zero may be the number, not its front. */
    if (left < 4 || at[0] != mark || (at[1] == '0' && at[2] != '\r'))
        return false;
    for (*n = 0; i < 5 && i < left && isdigit(at[i]); i++)
        *n = *n * 10 + at[i] - '0';
    if (i == 1 || i + 1 >= left || at[i] != '\r')
        return false;
    s->at += i + 2;
    return true;
}

/* "*3": how many strings follow. None, or a negative number of them, makes an
 * empty request, which the caller ignores. */
static int parse_header(struct resp *s, const uint8_t *data, size_t size,
                        const struct resp_limits *limits, const char **error)
{
    struct slice line;
    int64_t n;

    if (!parse_short(s, data, size, '*', &n)) {
        int got = find_line(s, data, size, '\r', &line);
        if (got == BAD)
            return fail(error,
                        "ERR Protocol error: too big mbulk count string");
        if (got == MORE)
            return MORE;
        if (!parse_count(line, RESP_MAX_ARGS, &n))
            return fail(error, "ERR Protocol error: invalid multibulk length");
    }
    if (n > limits->args)
        return fail(error,
                    "ERR Protocol error: unauthenticated multibulk length");
    s->nargs = n > 0 ? (size_t)n : 0; /* Redis takes *-1 for *0 */
    return DONE;
}

/* "$3": how long the next string is. The text of an error must outlive the
 * call, so it is static; only the loop's thread parses. */
static int parse_bulk_header(struct resp *s, const uint8_t *data, size_t size,
                             const struct resp_limits *limits,
                             const char **error)
{
    static char text[64];
    struct slice line;
    int64_t n;

    if (!parse_short(s, data, size, '$', &n)) {
        int got = find_line(s, data, size, '\r', &line);
        if (got == BAD)
            return fail(error, "ERR Protocol error: too big bulk count string");
        if (got == MORE)
            return MORE;
        if (line.len == 0 || line.data[0] != '$') {
            snprintf(text, sizeof text,
                     "ERR Protocol error: expected '$', got '%c'",
                     line.len ? line.data[0] : '\r');
            return fail(error, text);
        }
        if (!parse_count(line, RESP_MAX_BULK, &n) || n < 0)
            return fail(error, "ERR Protocol error: invalid bulk length");
    }
    if (n > limits->bulk)
        return fail(error, "ERR Protocol error: unauthenticated bulk length");
    s->bulk_len = (size_t)n;
    s->in_bulk = true;
    return DONE;
}

/* Returns the size of "$3\r\n". The number alone tells it, because a length is
 * accepted in one form only, without zeros in front. */
static size_t header_size(size_t len)
{
    size_t digits = 1;

    for (; len >= 10; len /= 10)
        digits++;
    return 1 + digits + 2;
}

/* Works out where the strings of a request are, from the last one, which ends
 * where the request ends, back to the first. */
static void place_args(struct request *r, const uint8_t *data, size_t end)
{
    for (size_t i = r->nargs; i-- > 0; end -= header_size(r->args[i].len)) {
        end -= r->args[i].len + 2;
        r->args[i].data = data + end;
    }
}

/* Takes one string after another, for as long as they are complete. The next
 * call goes on with the one that was not; in_bulk says whether its header has
 * been read. */
static int parse_bulks(struct resp *s, struct request *r, const uint8_t *data,
                       size_t size, const struct resp_limits *limits,
                       const char **error)
{
    while (r->nargs < s->nargs) {
        if (!s->in_bulk) {
            int got = parse_bulk_header(s, data, size, limits, error);
            if (got != DONE)
                return got;
        }
        if (size - s->at < s->bulk_len + 2)
            return MORE;
        request_add(r, (struct slice){.len = s->bulk_len});
        s->at += s->bulk_len + 2;
        s->in_bulk = false;
    }
    place_args(r, data, s->at);
    return DONE;
}

/* The first byte says what kind of request it is, in every call: a line begins
 * with anything but *, and needs no state but how far its end was looked for.
 * The state is cleared behind a complete request, ready for the next one. */
ssize_t resp_parse(struct resp *state, struct request *r, uint8_t *data,
                   size_t size, const struct resp_limits *limits,
                   const char **error)
{
    int got = DONE;

    if (state->at == 0)
        r->nargs = 0;
    if (size == 0)
        return 0;
    if (data[0] != '*')
        got = parse_inline(state, r, data, size, error);
    else if (state->at == 0)
        got = parse_header(state, data, size, limits, error);
    if (got == DONE && data[0] == '*')
        got = parse_bulks(state, r, data, size, limits, error);
    if (got != DONE)
        return got;

    ssize_t used = (ssize_t)state->at;
    *state = (struct resp){0};
    return used;
}
