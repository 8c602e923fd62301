#include "mutations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mistake.h"

/* ---- what can go wrong at one token ---- */

static bool ends_operand(const struct source *s, size_t i)
{
    if (s->tokens[i].kind == TOKEN_PUNCT)
        return source_is(s, i, ")") || source_is(s, i, "]");
    return !source_is(s, i, "return");
}

static void other_operator(struct mutations *m, const struct source *s,
                           const struct function *f, size_t i)
{
    static const char *const pairs[][2] = {
        {"<", "<="},  {"<=", "<"},  {">", ">="},  {">=", ">"},
        {"==", "!="}, {"!=", "=="}, {"&&", "||"}, {"||", "&&"},
        {"+=", "-="}, {"-=", "+="}, {"++", "--"}, {"--", "++"},
    };

    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++) {
        if (source_is(s, i, pairs[p][0]))
            mistake_add(m, s, f, i, i, pairs[p][1]);
    }
    if (source_is(s, i, "+") && ends_operand(s, i - 1))
        mistake_add(m, s, f, i, i, "-");
    if (source_is(s, i, "-") && ends_operand(s, i - 1))
        mistake_add(m, s, f, i, i, "+");
}

static bool is_word(const struct source *s, size_t i, const char *words)
{
    char name[64];
    size_t n = i < s->ntokens ? s->tokens[i].len : 0;

    if (n == 0 || n > sizeof name - 3)
        return false;
    name[0] = ' ';
    memcpy(name + 1, s->text + s->tokens[i].at, n);
    name[n + 1] = ' ';
    name[n + 2] = '\0';
    return strstr(words, name);
}

static void other_number(struct mutations *m, const struct source *s,
                         const struct function *f, size_t i)
{
    char text[80];
    char *end;

    if (s->tokens[i].kind != TOKEN_NUMBER || source_is(s, i - 1, "."))
        return;
    unsigned long long n = strtoull(s->text + s->tokens[i].at, &end, 0);
    if (*end == '.' || *end == 'e' || *end == 'E')
        return;
    size_t suffix =
        s->tokens[i].len - (size_t)(end - s->text - s->tokens[i].at);
    snprintf(text, sizeof text, "%llu%.*s", n + 1, (int)suffix, end);
    if (!source_is(s, i - 1, "-") || ends_operand(s, i - 2))
        mistake_add(m, s, f, i, i, text); /* -2 is no other code than -1 */
    snprintf(text, sizeof text, "%llu%.*s", n - 1, (int)suffix, end);
    if (n > 0)
        mistake_add(m, s, f, i, i, text);
}

/* sizeof x, sizeof(x), sizeof x->y[0]: to the end of the operand. */
static void smaller_size(struct mutations *m, const struct source *s,
                         const struct function *f, size_t i)
{
    size_t last = i + 1;

    if (!source_is(s, i, "sizeof"))
        return;
    while (source_is(s, last, "*") || source_is(s, last, "("))
        last = source_is(s, last, "(") ? source_closing(s, last) : last + 1;
    for (;;) {
        if (source_is(s, last + 1, "[") || source_is(s, last + 1, "("))
            last = source_closing(s, last + 1);
        else if (source_is(s, last + 1, ".") || source_is(s, last + 1, "->"))
            last += 2;
        else
            break;
    }
    mistake_add(m, s, f, i, last, mistake_between(s, "(", i, last, " - 1)"));
}

static void other_result(struct mutations *m, const struct source *s,
                         const struct function *f, size_t i)
{
    if (!source_is(s, i, "return"))
        return;
    if (source_is(s, i + 1, "true") && source_is(s, i + 2, ";"))
        mistake_add(m, s, f, i + 1, i + 1, "false");
    if (source_is(s, i + 1, "false") && source_is(s, i + 2, ";"))
        mistake_add(m, s, f, i + 1, i + 1, "true");
}

/* ---- statements ---- */

static bool is_log(const struct source *s, size_t i)
{
    return is_word(s, i, " die assert perror ") ||
           (source_is(s, i, "fprintf") && source_is(s, i + 2, "stderr"));
}

/* The ; or } that ends the statement which begins at tokens[i]. */
static size_t end_of_statement(const struct source *s, size_t i)
{
    if (source_is(s, i, "{"))
        return source_closing(s, i);
    while (i < s->ntokens && !source_is(s, i, ";")) {
        if (source_is(s, i, "(") || source_is(s, i, "{") ||
            source_is(s, i, "["))
            i = source_closing(s, i);
        i++;
    }
    return i;
}

/* case X: or default: or name: */
static bool is_label(const struct source *s, size_t colon)
{
    return source_is(s, colon, ":") &&
           (source_is(s, colon - 2, "case") ||
            source_is(s, colon - 1, "default") ||
            source_is(s, colon - 2, ";") || source_is(s, colon - 2, "}"));
}

static bool begins_statement(const struct source *s, size_t i)
{
    if (source_is(s, i - 1, ")")) {
        size_t open = source_opening(s, i - 1);
        return is_word(s, open - 1, " if while for switch ");
    }
    return source_is(s, i - 1, ";") || source_is(s, i - 1, "{") ||
           source_is(s, i - 1, "}") || is_label(s, i - 1) ||
           source_is(s, i - 1, "else");
}

/* Two names in a row, or a name and a star and a name: "size_t n", "FILE *f".
 */
static bool is_declaration(const struct source *s, size_t i)
{
    size_t next = i + 1;

    if (is_word(s, i, " static const struct enum union unsigned int char "))
        return true;
    while (source_is(s, next, "*"))
        next++;
    return s->tokens[next].kind == TOKEN_NAME;
}

static void no_statement(struct mutations *m, const struct source *s,
                         const struct function *f, size_t i)
{
    size_t end = end_of_statement(s, i);

    if (!begins_statement(s, i) || is_log(s, i) || end >= f->last)
        return;
    if (is_word(s, i, " break continue ") || source_is(s, i, "++") ||
        source_is(s, i, "*") ||
        (s->tokens[i].kind == TOKEN_NAME && !is_declaration(s, i) &&
         !is_word(s, i,
                  " if else while for do switch case default return "
                  "goto ") &&
         !source_is(s, i + 1, ":")))
        mistake_add(m, s, f, i, end, ";");
}

/* if (...) return ...;  or  if (...) { ... return ...; }  without an else */
static void no_check(struct mutations *m, const struct source *s,
                     const struct function *f, size_t i)
{
    if (!source_is(s, i, "if"))
        return;
    size_t body = source_closing(s, i + 1) + 1;
    size_t end = end_of_statement(s, body);
    size_t leave = body;

    if (source_is(s, body, "{")) {
        for (size_t j = body + 1; j < end; j++) {
            if (begins_statement(s, j))
                leave = j;
        }
    }
    if (is_word(s, leave, " return goto continue break ") &&
        end_of_statement(s, leave) + source_is(s, body, "{") == end &&
        !source_is(s, end + 1, "else"))
        mistake_add(m, s, f, i, end, ";");
}

static void negated(struct mutations *m, const struct source *s,
                    const struct function *f, size_t i)
{
    if (!is_word(s, i, " if while ") || !source_is(s, i + 1, "("))
        return;
    size_t close = source_closing(s, i + 1);
    mistake_add(m, s, f, i + 1, close,
                mistake_between(s, "(!", i + 1, close, ")"));
}

void mutations_find(struct mutations *m, const struct source *s)
{
    *m = (struct mutations){0};
    for (size_t k = 0; k < s->nfunctions; k++) {
        const struct function *f = &s->functions[k];
        size_t header = 0; /* the end of the last for ( ; ; ) */
        for (size_t i = f->first + 1; i < f->last; i++) {
            if (is_log(s, i)) {
                i = source_closing(s, i + 1);
                continue;
            }
            if (source_is(s, i, "for"))
                header = source_closing(s, i + 1);
            other_operator(m, s, f, i);
            other_number(m, s, f, i);
            smaller_size(m, s, f, i);
            other_result(m, s, f, i);
            if (i > header)
                no_statement(m, s, f, i);
            no_check(m, s, f, i);
            negated(m, s, f, i);
        }
    }
}

bool mutations_have(const struct mutations *m, const struct mutation *one)
{
    for (size_t i = 0; i < m->n; i++) {
        if (strcmp(m->list[i].function, one->function) == 0 &&
            strcmp(m->list[i].original, one->original) == 0 &&
            strcmp(m->list[i].replacement, one->replacement) == 0)
            return true;
    }
    return false;
}
