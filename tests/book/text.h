/*
 * text: bytes that somebody else owns (struct str), and bytes that grow (struct text).
 *
 * Always true:
 * - a str is at most a view: it is valid as long as what it was taken from;
 * - a text ends with a zero byte that len does not count, or is all zero;
 * - running out of memory ends the program, with status 1: its pages can be made again.
 */
#ifndef BOOK_TEXT_H
#define BOOK_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct str {
    const char *at;
    size_t len;
};

struct text {
    char *at;
    size_t len;
    size_t cap;
};

/* ---- views ---- */

struct str str_of(const char *s);
struct str str_view(const struct text *t);
bool str_is(struct str s, const char *with);
bool str_same(struct str a, struct str b);
bool str_starts(struct str s, const char *with);
struct str str_skip(struct str s, size_t n); /* without its first n bytes, or empty */
struct str str_trim(struct str s);           /* without blanks at either end */
size_t str_find(struct str s, const char *what); /* the offset, or s.len */

/* Takes what is before the next `sep` (or the end) off *rest. false: *rest was at its end. */
bool str_cut(struct str *rest, char sep, struct str *part);

/* ---- growing ---- */

void text_add(struct text *t, struct str s);
void text_say(struct text *t, const char *s);
void text_char(struct text *t, char c);
void text_print(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_free(struct text *t);

/* An array of `count` items of `size` bytes, zeroed; and with room for one more than `count`. */
void *new_array(size_t count, size_t size);
void *one_more(void *array, size_t count, size_t size);

/* ---- files ---- */

/* false: it cannot be read, and errno says why. */
bool file_read(const char *path, struct text *t);

/* Ends the program, status 1, if it cannot be written. */
void file_write(const char *path, const struct text *t);

#endif
