/*
 * Each function that takes a part of a word moves a pointer behind that part.
 */
#include "escapes.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at =
        c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

struct bytes hex_to_bytes(const char *hex)
{
    struct bytes b = {0};
    for (const char *p = hex; *p; p++) {
        if (*p == ' ' || *p == '_') {
            continue;
        }
        int high = hex_digit(*p), low = high < 0 ? -1 : hex_digit(*++p);
        if (low < 0) {
            wrong("not hexadecimal: %s", hex);
        }
        bytes_fill(&b, 1, (char)(high * 16 + low));
    }
    return b;
}

size_t word_to_number(const char *word)
{
    char *end;
    unsigned long long n = strtoull(word, &end, 10);
    if (!*word || *word == '-' || *end) {
        wrong("not a number: %s", word);
    }
    return (size_t)n;
}

/* One character or escape at *p. */
static char one_char(const char **p)
{
    if (**p != '\\') {
        return *(*p)++;
    }
    (*p)++;
    switch (*(*p)++) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case '0':
        return '\0';
    case '\\':
        return '\\';
    case 'x':
        if (hex_digit((*p)[0]) >= 0 && hex_digit((*p)[1]) >= 0) {
            *p += 2;
            return (char)(hex_digit((*p)[-2]) * 16 + hex_digit((*p)[-1]));
        }
    }
    wrong("unknown escape; there are \\n \\r \\t \\0 \\\\ \\xNN \\{N*c}");
}

/* \{N*c} at *p. */
static void repeated_char(struct bytes *b, const char **p)
{
    char *end;
    size_t count = strtoull(*p + 2, &end, 10);
    if (*end == '*' && end[1]) {
        const char *c = end + 1;
        char value = one_char(&c);
        if (*c == '}') {
            bytes_fill(b, count, value);
            *p = c + 1;
            return;
        }
    }
    wrong("expected \\{N*c} at: %.20s", *p);
}

struct bytes word_to_bytes(const char *word)
{
    struct bytes b = {0};
    while (*word) {
        if (word[0] == '\\' && word[1] == '{') {
            repeated_char(&b, &word);
        } else {
            bytes_fill(&b, 1, one_char(&word));
        }
    }
    return b;
}

struct bytes words_to_filling(char **words)
{
    struct bytes b = {0};
    const char *c = words[1];
    size_t count = word_to_number(words[0]);
    char value = *c ? one_char(&c) : '\0';
    if (c == words[1] || *c) {
        wrong("one character wanted, not %s", words[1]);
    }
    bytes_fill(&b, count, value);
    return b;
}
