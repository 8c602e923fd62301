/*
 * All ways in which a pattern may fit are followed at the same time, as a set
 * of places in it:
 *
 *     pattern a*bc     places 0 a 1 b 2 c 3, and a star at 1
 *     text    abxb          0
 *             ^a              1
 *              ^b             1   2       the star takes it, or it is the b
 *               ^x            1           only the star does
 *                ^b           1   2       3 is not there: it does not fit
 *
 * Trying one way after another, and going back, takes pattern times text steps
 * with a bad pattern. This takes one step per byte, for 64 places at a time.
 */
#include "glob.h"

#include <string.h>

static struct slice skip(struct slice s, size_t n)
{
    return (struct slice){.data = s.data + n, .len = s.len - n};
}

static bool has_place(const uint64_t *set, size_t place)
{
    return set[place / 64] >> place % 64 & 1;
}

static void add_place(uint64_t *set, size_t place)
{
    set[place / 64] |= (uint64_t)1 << place % 64;
}

/* The bytes from low to high lead on from that place. */
static void allow(struct glob *g, size_t place, uint8_t low, uint8_t high)
{
    for (size_t c = low; c <= high; c++)
        add_place(g->steps + c * g->nwords, place);
}

/* Compiles the class at the front of the pattern, and returns the rest of the
 * pattern. A class without a ] ends with the pattern. */
static struct slice compile_class(struct glob *g, size_t place, struct slice p)
{
    bool listed[256] = {false};

    p = skip(p, 1);
    bool negated = p.len > 0 && p.data[0] == '^';
    if (negated)
        p = skip(p, 1);
    while (p.len > 0 && p.data[0] != ']') {
        size_t used = 1;
        uint8_t low = p.data[0];
        uint8_t high = low;
        if (low == '\\' && p.len >= 2) {
            used = 2;
            low = high = p.data[1];
        } else if (p.len >= 3 && p.data[1] == '-') {
            used = 3;
            high = p.data[2] > low ? p.data[2] : low;
            low = p.data[2] < low ? p.data[2] : low;
        }
        memset(listed + low, true, (size_t)(high - low) + 1);
        p = skip(p, used);
    }
    for (size_t c = 0; c < 256; c++) {
        if (listed[c] != negated)
            allow(g, place, (uint8_t)c, (uint8_t)c);
    }
    return p.len > 0 ? skip(p, 1) : p;
}

/* The same for an element of any kind but a star. */
static struct slice compile_one(struct glob *g, size_t place, struct slice p)
{
    if (p.data[0] == '[')
        return compile_class(g, place, p);
    if (p.data[0] == '?') {
        allow(g, place, 0, UINT8_MAX);
        return skip(p, 1);
    }
    if (p.data[0] == '\\' && p.len >= 2)
        p = skip(p, 1);
    allow(g, place, p.data[0], p.data[0]);
    return skip(p, 1);
}

bool glob_compile(struct glob *g, struct slice pattern)
{
    if (pattern.len > GLOB_MAX)
        return false;
    g->nwords = pattern.len / 64 + 1;
    g->end = 0;
    g->empty = pattern.len == 0;
    memset(g->stars, 0, sizeof g->stars);
    memset(g->steps, 0, 256 * g->nwords * sizeof g->steps[0]);
    while (pattern.len > 0) {
        if (pattern.data[0] == '*') {
            add_place(g->stars, g->end);
            pattern = skip(pattern, 1);
        } else {
            pattern = compile_one(g, g->end++, pattern);
        }
    }
    return true;
}

/* Follows one byte from all places at once: a place with a star stays, and one
 * whose element the byte fits moves on by one. The sets are longer than a
 * word, so the highest bit is carried to the next one. Returns false if no
 * place is left. */
static bool follow(const struct glob *g, uint64_t *places, uint8_t c)
{
    const uint64_t *steps = g->steps + c * g->nwords;
    uint64_t carry = 0;
    uint64_t any = 0;

    for (size_t i = 0; i < g->nwords; i++) {
        uint64_t on = places[i] & steps[i];
        places[i] = (places[i] & g->stars[i]) | on << 1 | carry;
        carry = on >> 63;
        any |= places[i];
    }
    return any != 0;
}

/* The same for the whole text, where all places fit in one word, as they do
 * for most patterns. */
static bool match_short(const struct glob *g, struct slice text)
{
    uint64_t end = (uint64_t)1 << g->end;
    uint64_t places = 1;

    for (size_t i = 0; i < text.len && places != 0; i++) {
        if (places & end & g->stars[0])
            return true;
        uint64_t on = (places & g->steps[text.data[i]]) << 1;
        places = (places & g->stars[0]) | on;
    }
    return places & end;
}

bool glob_match(const struct glob *g, struct slice text)
{
    uint64_t places[GLOB_WORDS];

    if (text.len == 0)
        return g->empty; /* as Redis has it: no star fits nothing */
    if (g->nwords == 1)
        return match_short(g, text);
    memset(places, 0, sizeof places);
    add_place(places, 0);
    for (size_t i = 0; i < text.len; i++) {
        if (has_place(places, g->end) && has_place(g->stars, g->end))
            return true; /* a star at the end takes the rest */
        if (!follow(g, places, text.data[i]))
            return false;
    }
    return has_place(places, g->end);
}
