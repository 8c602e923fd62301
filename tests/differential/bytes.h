/*
 * bytes: strings of any bytes that grow, and showing them to a person.
 *
 * A struct bytes owns its memory; {0} is the empty one. Running out of memory ends the program.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdio.h>

struct bytes {
    char *at;
    size_t len;
    size_t cap;
};

/* Ends the program, with status 2. */
_Noreturn void die(const char *what);

/* malloc() and realloc() that do not fail. */
void *resized(void *old, size_t size);

void bytes_reserve(struct bytes *b, size_t more);
void bytes_add(struct bytes *b, const void *data, size_t len);
void bytes_add_text(struct bytes *b, const char *text);

/* Takes len bytes out. */
void bytes_cut(struct bytes *b, size_t at, size_t len);

/* Drops len bytes from the front. */
void bytes_consume(struct bytes *b, size_t len);

void bytes_free(struct bytes *b);

/* As a word of redis-cli: with quotes and escapes where it needs them. */
void print_word(FILE *to, const char *data, size_t len);

/* As quoted text, at most `most` bytes of it. */
void print_quoted(FILE *to, const char *data, size_t len, size_t most);

#endif
