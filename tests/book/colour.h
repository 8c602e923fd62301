/*
 * colour: which bytes of a line of code are a comment, a string, a keyword, a directive.
 *
 * Always true:
 * - each line is read with the state in which the line before it ended, so the middle of a long
 *   comment is recognized as such;
 * - the kinds are letters that the style sheet knows; 0 is ordinary text.
 */
#ifndef BOOK_COLOUR_H
#define BOOK_COLOUR_H

#include "text.h"

enum language { PLAIN, C, MAKE, SHELL, CONSOLE };

enum kind {
    COMMENT = 'c',
    STRING = 's',
    KEYWORD = 'k',
    DIRECTIVE = 'p',
};

/* By the name of a file, or by the word after ``` */
enum language colour_language(struct str name);

/* Writes a kind for each byte of the line; returns the state for the next line. The first has 0. */
int colour_line(enum language language, int state, struct str line, char *kinds);

/* The state before each line of a text, and after the last; free() it. */
unsigned char *colour_states(enum language language, struct str text, size_t *lines);

#endif
