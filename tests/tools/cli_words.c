/*
 * The words are encoded as they are read; their number, which comes before
 * them, is known only then.
 */
#include "cli_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "resp.h"

/* What stands behind a backslash at *p, which moves behind it. */
static char unescaped(const char **p)
{
    static const char names[] = "nrt0", values[] = "\n\r\t";
    char c = *(*p)++;
    const char *name = strchr(names, c);
    unsigned code;
    if (c == 'x' && sscanf(*p, "%2x", &code) == 1) {
        *p += 2;
        return (char)code;
    }
    return c && name ? values[name - names] : c;
}

/* Reads one word at *p, and moves *p behind it. */
static struct bytes take_word(const char **p)
{
    struct bytes word = {0};
    char quote = '\0';
    while (**p && (quote || **p != ' ')) {
        char c = *(*p)++;
        if (c == quote) {
            quote = '\0';
            continue;
        } else if (!quote && (c == '"' || c == '\'')) {
            quote = c;
            continue;
        } else if (quote == '"' && c == '\\') {
            c = unescaped(p);
        }
        bytes_add(&word, &c, 1);
    }
    return word;
}

struct bytes cli_request(const char *line)
{
    struct bytes words = {0}, request = {0};
    size_t n = 0;
    for (line += strspn(line, " "); *line; line += strspn(line, " ")) {
        struct bytes word = take_word(&line);
        resp_add_word(&words, word.at, word.len);
        bytes_free(&word);
        n++;
    }
    resp_add_array(&request, n);
    bytes_add(&request, words.at, words.len);
    bytes_free(&words);
    return request;
}
