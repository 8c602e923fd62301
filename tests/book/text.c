/*
 * text: see text.h.
 */
#include "text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- views ---- */

struct str str_of(const char *s)
{
    return (struct str){s, strlen(s)};
}

struct str str_view(const struct text *t)
{
    return (struct str){t->at ? t->at : "", t->len};
}

bool str_same(struct str a, struct str b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

bool str_is(struct str s, const char *with)
{
    return str_same(s, str_of(with));
}

bool str_starts(struct str s, const char *with)
{
    size_t len = strlen(with);
    return s.len >= len && memcmp(s.at, with, len) == 0;
}

struct str str_skip(struct str s, size_t n)
{
    if (n > s.len) {
        n = s.len;
    }
    return (struct str){s.at + n, s.len - n};
}

struct str str_trim(struct str s)
{
    while (s.len && (s.at[0] == ' ' || s.at[0] == '\t')) {
        s = str_skip(s, 1);
    }
    while (s.len && strchr(" \t\r", s.at[s.len - 1]) && s.at[s.len - 1]) {
        s.len--;
    }
    return s;
}

size_t str_find(struct str s, const char *what)
{
    for (size_t i = 0; i < s.len; i++) {
        if (str_starts(str_skip(s, i), what)) {
            return i;
        }
    }
    return s.len;
}

bool str_cut(struct str *rest, char sep, struct str *part)
{
    if (!rest->len) {
        return false;
    }
    const char *end = memchr(rest->at, sep, rest->len);
    part->at = rest->at;
    part->len = end ? (size_t)(end - rest->at) : rest->len;
    *rest = str_skip(*rest, part->len + 1);
    return true;
}

/* ---- growing ---- */

static void reserve(struct text *t, size_t more)
{
    if (t->cap - t->len > more) {
        return;
    }
    t->cap = (t->len + more + 1) * 2;
    t->at = realloc(t->at, t->cap);
    if (!t->at) {
        die("book");
    }
}

void text_add(struct text *t, struct str s)
{
    reserve(t, s.len);
    memcpy(t->at + t->len, s.at, s.len);
    t->len += s.len;
    t->at[t->len] = '\0';
}

void text_say(struct text *t, const char *s)
{
    text_add(t, str_of(s));
}

void text_char(struct text *t, char c)
{
    text_add(t, (struct str){&c, 1});
}

void text_print(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        die("book");
    }
    reserve(t, (size_t)len);
    va_start(args, format);
    vsnprintf(t->at + t->len, (size_t)len + 1, format, args);
    va_end(args);
    t->len += (size_t)len;
}

void text_free(struct text *t)
{
    free(t->at);
    *t = (struct text){0};
}

void *new_array(size_t count, size_t size)
{
    void *array = calloc(count + 1, size);
    if (!array) {
        die("book");
    }
    return array;
}

/* It doubles when `count` is a power of two. */
void *one_more(void *array, size_t count, size_t size)
{
    if (count & (count - 1)) {
        return array;
    }
    array = count > SIZE_MAX / 2 / size ? NULL : realloc(array, (count ? 2 * count : 1) * size);
    if (!array) {
        die("book");
    }
    return array;
}

/* ---- files ---- */

bool file_read(const char *path, struct text *t)
{
    char block[65536];
    size_t len;
    FILE *f = fopen(path, "rb");
    if (!f) {
        return false;
    }
    while ((len = fread(block, 1, sizeof block, f)) > 0) {
        text_add(t, (struct str){block, len});
    }
    bool ok = !ferror(f);
    fclose(f);
    return ok;
}

void file_write(const char *path, const struct text *t)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(t->at, 1, t->len, f) != t->len || fclose(f) != 0) {
        die(path);
    }
}
