/*
 * source: a C file as tokens, and the functions that it defines.
 *
 * Comments, blanks and preprocessor lines are skipped, so nothing in them is
 * ever mutated. Nothing is freed: it lives as long as the program.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_NAME,   /* identifiers and keywords */
    TOKEN_NUMBER, /* 0x1F, 10, 1e6 */
    TOKEN_TEXT,   /* "string" and 'c' */
    TOKEN_PUNCT,  /* the longest that C knows: <<= before << before < */
};

struct token {
    enum token_kind kind;
    size_t at; /* its offset in the text */
    size_t len;
    int line;
};

/* The tokens of a body are first to last, its braces; tokens[name] names it. */
struct function {
    size_t name;
    size_t first;
    size_t last;
};

struct source {
    char *text; /* ends in NUL */
    size_t size;
    struct token *tokens;
    size_t ntokens;
    struct function *functions;
    size_t nfunctions;
};

/* Returns false where the file cannot be read. */
bool source_read(struct source *s, const char *path);

/* Is tokens[i] this text? False beyond the last token. */
bool source_is(const struct source *s, size_t i, const char *text);

/* The bracket that closes the one at tokens[i]; ntokens where none does. */
size_t source_closing(const struct source *s, size_t i);

/* The same backwards, from a closing bracket; 0 where none opens. */
size_t source_opening(const struct source *s, size_t i);

/* Memory that is there, or the end. */
void *need(void *mem);

#endif
