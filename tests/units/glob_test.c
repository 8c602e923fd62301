/*
 * glob.h of the directory under test, compared with a naive matcher that tries
 * every way. The patterns are short and of few characters, so they match now
 * and then. Each is tried alone, and behind so many characters that the set of
 * places has several words.
 */
#include "glob.h"

#include <stdio.h>
#include <string.h>

#include "passed.h"
#include "random.h"

enum { ROUNDS = 200000, LONGEST = 8, BEHIND = 200 };

/* Does the class at *p, behind its bracket, list c? Moves *p behind it. */
static bool lists(const char **p, const char *end, char c)
{
    bool negated = *p < end && **p == '^', found = false;
    *p += negated;
    while (*p < end && **p != ']') {
        char low = **p, high = low;
        if (low == '\\' && *p + 1 < end) {
            *p += 1;
            low = high = **p;
        } else if (*p + 2 < end && (*p)[1] == '-') {
            *p += 2;
            high = **p;
        }
        found |= low <= high ? low <= c && c <= high : high <= c && c <= low;
        *p += 1;
    }
    *p += *p < end;
    return found != negated;
}

static bool fits(const char *p, const char *p_end, const char *t, const char *t_end)
{
    if (p == p_end) {
        return t == t_end;
    }
    if (*p == '*') {
        return fits(p + 1, p_end, t, t_end) ||
               (t < t_end && fits(p, p_end, t + 1, t_end));
    }
    if (t == t_end) {
        return false;
    }
    if (*p == '[') {
        p++;
        return lists(&p, p_end, *t) && fits(p, p_end, t + 1, t_end);
    }
    if (*p == '?') {
        return fits(p + 1, p_end, t + 1, t_end);
    }
    p += *p == '\\' && p + 1 < p_end;
    return *p == *t && fits(p + 1, p_end, t + 1, t_end);
}

static size_t some_of(const char *characters, char *text)
{
    size_t len = random_below(LONGEST + 1);
    for (size_t i = 0; i < len; i++) {
        text[i] = characters[random_below(strlen(characters))];
    }
    return len;
}

static struct slice slice_from(const char *text, size_t len)
{
    return (struct slice){.data = (const uint8_t *)text, .len = len};
}

static int test_random(void)
{
    static struct glob glob;
    char pattern[BEHIND + LONGEST], text[BEHIND + LONGEST];
    size_t fitted = 0;

    for (int i = 0; i < ROUNDS; i++) {
        size_t before = i % 2 ? random_below(BEHIND) : 0;
        memset(pattern, 'x', before);
        memset(text, 'x', before);
        size_t m = before + some_of("abc-a*?*[]^\\", pattern + before);
        size_t n = before + some_of("abc-a]^\\", text + before);
        bool want = n == 0 ? m == 0 : fits(pattern, pattern + m, text, text + n);
        if (!glob_compile(&glob, slice_from(pattern, m)) ||
            glob_match(&glob, slice_from(text, n)) != want) {
            printf("'%.*s' %s '%.*s'\n", (int)m, pattern,
                   want ? "fits" : "does not fit", (int)n, text);
            return 1;
        }
        fitted += want;
    }
    if (fitted < ROUNDS / 100) {
        printf("only %zu of %d patterns fitted: that shows nothing\n", fitted, ROUNDS);
        return 1;
    }
    return 0;
}

/* Patterns of any length up to the longest, with a star at either end. */
static int test_lengths(void)
{
    static struct glob glob;
    static char pattern[GLOB_MAX + 1], text[GLOB_MAX];

    memset(pattern, '?', sizeof pattern);
    memset(text, 'x', sizeof text);
    for (size_t len = 1; len <= GLOB_MAX; len++) {
        if (!glob_compile(&glob, slice_from(pattern, len)) ||
            !glob_match(&glob, slice_from(text, len)) ||
            glob_match(&glob, slice_from(text, len - 1)) ||
            (len < GLOB_MAX && glob_match(&glob, slice_from(text, len + 1)))) {
            printf("%zu question marks fit anything but %zu bytes\n", len, len);
            return 1;
        }
        pattern[len - 1] = '*';
        if (!glob_compile(&glob, slice_from(pattern, len)) ||
            !glob_match(&glob, slice_from(text, GLOB_MAX)) ||
            (len > 2 && glob_match(&glob, slice_from(text, len - 2)))) {
            printf("%zu question marks and a star do not fit\n", len - 1);
            return 1;
        }
        pattern[len - 1] = '?';
    }
    if (glob_compile(&glob, slice_from(pattern, GLOB_MAX + 1))) {
        puts("a pattern that is too long is compiled");
        return 1;
    }
    return 0;
}

int main(void)
{
    random_begin();
    if (test_random() || test_lengths()) {
        return 1;
    }
    return passed();
}
