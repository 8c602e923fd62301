/*
 * items: a C file of this project, cut into what stands side by side in it.
 *
 * An item is a preprocessor line, a declaration, or a function with its body.
 * It begins with the comment that stands right above it.
 *
 * Always true:
 * - the items are in the file's order and do not overlap; between them there
 *   is nothing but blanks and comments that stand alone;
 * - the text is never changed, so offsets stay what they are.
 *
 * This is no compiler: it knows comments, strings and brackets, and relies on
 * code that is written as ours is (no macros that hide a brace).
 */
#ifndef ITEMS_H
#define ITEMS_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum kind { PREPROCESSOR, DECLARATION, PROTOTYPE, FUNCTION };

struct item {
    enum kind kind;
    size_t begin; /* of its comment, if it has one */
    size_t head;  /* of itself */
    size_t end;   /* behind its last character */
    size_t name;  /* of a function, a variable; name_len is 0 without */
    size_t name_len;
    size_t params; /* of a function: its opening bracket ... */
    size_t body;   /* ... and its opening brace */
    bool is_static;
};

enum { MOST_ITEMS = 1000 };

struct items {
    const char *text;
    struct item item[MOST_ITEMS];
    size_t n;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* If a comment, a string or a character constant begins at i: where it ends.
 * Else i. */
static size_t skip_opaque(const char *t, size_t i)
{
    const char *end = NULL;

    if (t[i] == '/' && t[i + 1] == '*') {
        end = strstr(t + i + 2, "*/");
        return end ? (size_t)(end - t) + 2 : strlen(t);
    }
    if (t[i] == '/' && t[i + 1] == '/')
        return i + strcspn(t + i, "\n");
    if (t[i] == '"' || t[i] == '\'') {
        char quote = t[i++];
        while (t[i] && t[i] != quote)
            i += t[i] == '\\' && t[i + 1] ? 2 : 1;
        return t[i] ? i + 1 : i;
    }
    return i;
}

/* A preprocessor line, with those that continue it. */
static size_t skip_line(const char *t, size_t i)
{
    while (t[i] && t[i] != '\n')
        i += t[i] == '\\' && t[i + 1] ? 2 : 1;
    return i;
}

static bool begins_line(const char *t, size_t i)
{
    while (i > 0 && (t[i - 1] == ' ' || t[i - 1] == '\t'))
        i--;
    return i == 0 || t[i - 1] == '\n';
}

/* From an opening bracket to behind the one that closes it. */
static size_t skip_brackets(const char *t, size_t i)
{
    int depth = 0;

    while (t[i]) {
        size_t next = skip_opaque(t, i);
        if (next > i) {
            i = next;
            continue;
        }
        if (strchr("([{", t[i]))
            depth++;
        else if (strchr(")]}", t[i]) && --depth == 0)
            return i + 1;
        i++;
    }
    return i;
}

static bool word_at(const char *t, size_t i, const char *word)
{
    size_t len = strlen(word);

    return strncmp(t + i, word, len) == 0 && !is_word(t[i + len]);
}

/* Reads one declaration or function from its head on. */
static void read_item(const char *t, struct item *it)
{
    bool named = false; /* behind its name: an initializer, its parameters */
    char last = '\0';
    size_t i = it->head;

    it->kind = DECLARATION;
    while (t[i]) {
        size_t next = skip_opaque(t, i);
        if (next > i) {
            i = next;
        } else if (t[i] == '#' && begins_line(t, i)) {
            i = skip_line(t, i);
        } else if (is_word(t[i])) {
            size_t from = i;
            while (is_word(t[i]))
                i++;
            last = 'w';
            if (i - from == 6 && word_at(t, from, "static"))
                it->is_static = true;
            if (!named) {
                it->name = from;
                it->name_len = i - from;
            }
        } else if (t[i] == ';') {
            it->end = i + 1;
            return;
        } else if (t[i] == '{' && last == ')') {
            it->kind = FUNCTION;
            it->body = i;
            it->end = skip_brackets(t, i);
            return;
        } else if (strchr("([{", t[i])) {
            if (t[i] == '(' && last == 'w' && !named &&
                strncmp(t + it->name, "__attribute__", 13) != 0) {
                it->kind = PROTOTYPE;
                it->params = i;
                named = true;
            } else if (t[i] == '[') {
                named = true;
            }
            last = t[i] == '(' ? ')' : ' ';
            i = skip_brackets(t, i);
        } else {
            if (t[i] == '=')
                named = true;
            if (!isspace((unsigned char)t[i]))
                last = t[i];
            i++;
        }
    }
    it->end = i;
}

/* Cuts the text up. Returns false if there are too many items. */
static bool read_items(struct items *all, const char *t)
{
    size_t comment = 0;    /* where the one before this place begins */
    bool attached = false; /* no empty line since then */

    all->text = t;
    all->n = 0;
    for (size_t i = 0; t[i];) {
        size_t next = skip_opaque(t, i);
        if (next > i) {
            comment = i;
            attached = true;
            i = next;
            continue;
        }
        if (isspace((unsigned char)t[i])) {
            if (t[i] == '\n' && t[i + 1] == '\n')
                attached = false;
            i++;
            continue;
        }
        if (all->n == MOST_ITEMS)
            return false;
        struct item *it = &all->item[all->n++];
        *it = (struct item){.begin = attached ? comment : i, .head = i};
        if (t[i] == '#')
            it->end = skip_line(t, i);
        else
            read_item(t, it);
        i = it->end;
        attached = false;
    }
    return true;
}

/* Is the word at i the name of a struct's field: .word or ->word? */
static bool is_field(const char *t, size_t i)
{
    return i > 0 && (t[i - 1] == '.' || (t[i - 1] == '>' && t[i - 2] == '-'));
}

/* Is the word at i the name of a type: struct word, enum word? */
static bool is_tag(const char *t, size_t i)
{
    return (i >= 7 && strncmp(t + i - 7, "struct ", 7) == 0) ||
           (i >= 5 && strncmp(t + i - 5, "enum ", 5) == 0);
}

/* Does the text from begin to end have that word, outside of comments? */
static bool mentions(const char *t, size_t begin, size_t end, const char *word,
                     size_t len)
{
    for (size_t i = begin; i < end;) {
        size_t next = skip_opaque(t, i);
        if (next > i) {
            i = next;
        } else if (is_word(t[i])) {
            size_t from = i;
            while (is_word(t[i]))
                i++;
            if (i - from == len && strncmp(t + from, word, len) == 0 &&
                !is_field(t, from) && !is_tag(t, from))
                return true;
        } else {
            i++;
        }
    }
    return false;
}

#endif
