#include "mistake.h"

#include <stdlib.h>
#include <string.h>

/* ---- the lines that a mutation is in, for people ---- */

struct words {
    char *text;
    size_t n;
};

static void say(struct words *w, const char *text, size_t n)
{
    w->text = need(realloc(w->text, w->n + n + 1));
    memcpy(w->text + w->n, text, n);
    w->n += n;
    w->text[w->n] = '\0';
}

/* As text, but its newlines are blanks, and never two of those. */
static void say_flat(struct words *w, const char *text)
{
    for (; *text; text++) {
        bool blank = *text == '\n' || *text == ' ';
        if (!blank)
            say(w, text, 1);
        else if (w->n > 0 && w->text[w->n - 1] != ' ')
            say(w, " ", 1);
    }
}

/* The lines of tokens first to last, with text, if any, instead of those. */
static char *lines_of(const struct source *s, size_t first, size_t last,
                      const char *text)
{
    struct words w = {0};
    size_t from = first;
    size_t to = last;

    while (from > 0 && s->tokens[from - 1].line == s->tokens[first].line)
        from--;
    while (to + 1 < s->ntokens &&
           s->tokens[to + 1].line == s->tokens[last].line)
        to++;
    for (size_t i = from; i <= to; i++) {
        const struct token *t = &s->tokens[i];
        bool inside = text && i > first && i <= last;
        if (i > from && !inside && t[-1].at + t[-1].len < t->at)
            say_flat(&w, " ");
        if (!text || i < first || i > last)
            say(&w, s->text + t->at, t->len);
        else if (!inside)
            say_flat(&w, text);
    }
    while (w.n > 0 && w.text[w.n - 1] == ' ')
        w.text[--w.n] = '\0';
    return w.text;
}

/* ---- adding one ---- */

static char *copy(const char *text, size_t n)
{
    char *c = need(malloc(n + 1));

    memcpy(c, text, n);
    c[n] = '\0';
    return c;
}

void mistake_add(struct mutations *m, const struct source *s,
                 const struct function *f, size_t first, size_t last,
                 const char *text)
{
    const struct token *a = &s->tokens[first];
    const struct token *b = &s->tokens[last];
    const struct token *name = &s->tokens[f->name];
    size_t len = b->at + b->len - a->at;
    struct words w = {0};

    say(&w, text, strlen(text));
    for (size_t i = a->at; i < a->at + len; i++) {
        if (s->text[i] == '\n' && !strchr(text, '\n'))
            say(&w, "\n", 1);
    }
    m->list = need(realloc(m->list, (m->n + 1) * sizeof m->list[0]));
    m->list[m->n++] = (struct mutation){
        .function = copy(s->text + name->at, name->len),
        .line = a->line,
        .at = a->at,
        .len = len,
        .text = w.text,
        .original = lines_of(s, first, last, NULL),
        .replacement = lines_of(s, first, last, w.text),
    };
}

char *mistake_between(const struct source *s, const char *before, size_t first,
                      size_t last, const char *after)
{
    const struct token *a = &s->tokens[first];
    const struct token *b = &s->tokens[last];
    struct words w = {0};

    say(&w, before, strlen(before));
    say(&w, s->text + a->at, b->at + b->len - a->at);
    say(&w, after, strlen(after));
    return w.text;
}
