#include "source.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *need(void *mem)
{
    if (!mem) {
        fprintf(stderr, "mutate: out of memory\n");
        exit(1);
    }
    return mem;
}

static bool read_text(struct source *s, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t n;

    if (!file)
        return false;
    do {
        s->text = need(realloc(s->text, s->size + 65536 + 1));
        n = fread(s->text + s->size, 1, 65536, file);
        s->size += n;
    } while (n > 0);
    s->text[s->size] = '\0';
    fclose(file);
    return true;
}

/* ---- tokens ---- */

/* How many bytes before the next token, starting at `at`. */
static size_t gap(const char *at, bool line_start)
{
    const char *p = at;
    const char *end;

    for (;;) {
        if (line_start && *p == '#') {
            while (*p && (*p != '\n' || p[-1] == '\\'))
                p++;
        } else if (isspace((unsigned char)*p)) {
            line_start = line_start || *p == '\n';
            p++;
        } else if (p[0] == '/' && p[1] == '*') {
            end = strstr(p + 2, "*/");
            p = end ? end + 2 : p + strlen(p);
        } else if (p[0] == '/' && p[1] == '/') {
            p += strcspn(p, "\n");
        } else {
            return (size_t)(p - at);
        }
    }
}

static size_t quoted(const char *at)
{
    size_t n = 1;

    while (at[n] && at[n] != at[0])
        n += at[n] == '\\' && at[n + 1] ? 2 : 1;
    return at[n] ? n + 1 : n;
}

static size_t punct(const char *at)
{
    static const char *const known[] = {
        "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==",
        "!=",  "&&",  "||",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t n = strlen(known[i]);
        if (strncmp(at, known[i], n) == 0)
            return n;
    }
    return 1;
}

static struct token token_at(const char *at)
{
    size_t n = 0;

    if (*at == '"' || *at == '\'')
        return (struct token){.kind = TOKEN_TEXT, .len = quoted(at)};
    while (isalnum((unsigned char)at[n]) || at[n] == '_')
        n++;
    if (n > 0 && isdigit((unsigned char)*at))
        return (struct token){.kind = TOKEN_NUMBER, .len = n};
    if (n > 0)
        return (struct token){.kind = TOKEN_NAME, .len = n};
    return (struct token){.kind = TOKEN_PUNCT, .len = punct(at)};
}

static void tokenize(struct source *s)
{
    size_t at = gap(s->text, true);
    size_t room = 0;
    size_t seen = 0;
    int line = 1;

    while (at < s->size) {
        if (s->ntokens == room) {
            room = room ? room * 2 : 1024;
            s->tokens = need(realloc(s->tokens, room * sizeof s->tokens[0]));
        }
        for (; seen < at; seen++)
            line += s->text[seen] == '\n';
        struct token t = token_at(s->text + at);
        t.at = at;
        t.line = line;
        s->tokens[s->ntokens++] = t;
        at += t.len;
        at += gap(s->text + at, false);
    }
}

bool source_is(const struct source *s, size_t i, const char *text)
{
    return i < s->ntokens && s->tokens[i].len == strlen(text) &&
           memcmp(s->text + s->tokens[i].at, text, s->tokens[i].len) == 0;
}

static bool opens(const struct source *s, size_t i)
{
    return source_is(s, i, "(") || source_is(s, i, "[") || source_is(s, i, "{");
}

static bool closes(const struct source *s, size_t i)
{
    return source_is(s, i, ")") || source_is(s, i, "]") || source_is(s, i, "}");
}

size_t source_closing(const struct source *s, size_t i)
{
    int depth = 0;

    for (; i < s->ntokens; i++) {
        depth += opens(s, i) - closes(s, i);
        if (depth == 0)
            break;
    }
    return i;
}

size_t source_opening(const struct source *s, size_t i)
{
    int depth = 0;

    for (; i > 0; i--) {
        depth += closes(s, i) - opens(s, i);
        if (depth == 0)
            break;
    }
    return i;
}

/* ---- functions: name ( ... ) { ... } outside of all brackets ---- */

static void find_functions(struct source *s)
{
    s->functions = need(malloc((s->ntokens + 1) * sizeof s->functions[0]));
    for (size_t i = 0; i < s->ntokens; i++) {
        if (!opens(s, i))
            continue;
        size_t end = source_closing(s, i);
        if (source_is(s, i, "{") && i > 0 && source_is(s, i - 1, ")")) {
            size_t open = source_opening(s, i - 1);
            s->functions[s->nfunctions++] = (struct function){
                .name = open > 0 ? open - 1 : 0, .first = i, .last = end};
        }
        i = end;
    }
}

bool source_read(struct source *s, const char *path)
{
    *s = (struct source){0};
    if (!read_text(s, path))
        return false;
    tokenize(s);
    find_functions(s);
    return true;
}
