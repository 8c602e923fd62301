/*
 * tags: takes a page of the book apart, strictly: what browsers put up with is an error here.
 *
 *   text       has no raw < or >, and & only in the five entities that html.c writes
 *
 *   <name attribute="value" attribute>     values in double quotes, escaped like text
 *   </name>
 *   <script>, <style>                      what is in them is one text, up to the closing tag
 */
#ifndef BOOK_TAGS_H
#define BOOK_TAGS_H

#include "../text.h"

enum { MAX_ATTRIBUTES = 12 };

enum token_type { TEXT, OPEN, CLOSE };

struct token {
    enum token_type type;
    struct str name; /* of a tag; of a text: the text, still escaped */
    struct {
        struct str name, value;
    } attribute[MAX_ATTRIBUTES];
    size_t n;
};

/* Takes a token off *rest. NULL: done, and *rest may be at its end. Else what is wrong. */
const char *tags_next(struct str *rest, struct token *token);

/* The value of an attribute; NULL: the tag does not have it. */
const struct str *tags_attribute(const struct token *token, const char *name);
bool tags_has(const struct token *token, const char *name, const char *value);

/* A text without its entities. */
void tags_plain(struct text *out, struct str escaped);

#endif
