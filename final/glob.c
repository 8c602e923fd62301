#include "glob.h"

static struct slice skip(struct slice s, size_t n)
{
    return (struct slice){.data = s.data + n, .len = s.len - n};
}

/* Is c in the class at the front of the pattern? Moves the pattern behind it.
 * A class without an end ends with the pattern. */
static bool match_class(struct slice *pattern, uint8_t c)
{
    struct slice p = skip(*pattern, 1);
    bool negated = p.len > 0 && p.data[0] == '^';
    bool found = false;

    if (negated)
        p = skip(p, 1);
    while (p.len > 0 && p.data[0] != ']') {
        if (p.data[0] == '\\' && p.len >= 2) {
            found |= p.data[1] == c;
            p = skip(p, 2);
        } else if (p.len >= 3 && p.data[1] == '-') {
            uint8_t low = p.data[0] < p.data[2] ? p.data[0] : p.data[2];
            uint8_t high = p.data[0] < p.data[2] ? p.data[2] : p.data[0];
            found |= low <= c && c <= high;
            p = skip(p, 3);
        } else {
            found |= p.data[0] == c;
            p = skip(p, 1);
        }
    }
    *pattern = p.len > 0 ? skip(p, 1) : p;
    return found != negated;
}

/* One element of the pattern, which is no star, against one byte. */
static bool match_one(struct slice *pattern, uint8_t c)
{
    uint8_t p = pattern->data[0];

    if (p == '[')
        return match_class(pattern, c);
    if (p == '\\' && pattern->len >= 2) {
        *pattern = skip(*pattern, 1);
        p = pattern->data[0];
    } else if (p == '?') {
        p = c;
    }
    *pattern = skip(*pattern, 1);
    return p == c;
}

/* Where the pattern fails, the last star takes one byte more and all behind
 * it is tried again. An earlier star need not: what it could take, the last
 * one can. So the time is at most pattern times text, with any pattern. */
bool glob_match(struct slice pattern, struct slice text)
{
    struct slice star = {.data = NULL, .len = 0}; /* behind the last one */
    struct slice from = text; /* what was left when it was met */

    if (text.len == 0)
        return pattern.len == 0; /* as Redis has it: no star fits nothing */
    while (text.len > 0) {
        bool ok = false;
        if (pattern.len > 0 && pattern.data[0] == '*') {
            pattern = star = skip(pattern, 1);
            from = text;
            continue;
        }
        if (pattern.len > 0)
            ok = match_one(&pattern, text.data[0]);
        if (ok) {
            text = skip(text, 1);
        } else if (star.data && from.len > 0) {
            pattern = star;
            text = from = skip(from, 1);
        } else {
            return false;
        }
    }
    while (pattern.len > 0 && pattern.data[0] == '*')
        pattern = skip(pattern, 1);
    return pattern.len == 0;
}
