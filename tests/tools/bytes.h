/*
 * bytes.h: strings of any bytes, which grow.
 *
 * A struct bytes owns its memory; {0} is an empty one, and has none yet. What
 * is added here is always followed by a zero that does not count, so a text is
 * a string of C, too. Running out of memory ends the program.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <sys/types.h>

struct bytes {
    char *at; /* NULL until something is added, even if that is nothing */
    size_t len;
    size_t cap; /* how many bytes there is memory for */
};

/* realloc() that does not fail; with NULL, malloc(). */
void *resized(void *old, size_t size);

/* Makes room behind the last byte: for `more` bytes and a zero. */
void bytes_reserve(struct bytes *b, size_t more);

void bytes_add(struct bytes *b, const void *data, size_t len);
void bytes_add_text(struct bytes *b, const char *text);

/* Adds c, `count` times. */
void bytes_fill(struct bytes *b, size_t count, char c);

/* Adds what printf() would print. */
void bytes_print(struct bytes *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds what one read() from fd brings, and returns what that returned. */
ssize_t bytes_read(struct bytes *b, int fd);

/* Takes out the len bytes from `at` on. */
void bytes_cut(struct bytes *b, size_t at, size_t len);

/* Drops the first len bytes. */
void bytes_consume(struct bytes *b, size_t len);

/* Gives the memory back, and leaves an empty one. */
void bytes_free(struct bytes *b);

#endif
