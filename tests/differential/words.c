/*
 * Each kind of word has a function, named in a table at the end. Most draw from a few values, so
 * that commands meet the same keys and members again; some of the values are at the edge.
 */
#include "words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/die.h"

__attribute__((format(printf, 2, 3))) static void add(struct command *c, const char *format, ...)
{
    char text[128];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    command_add_text(c, text);
}

#define PICK(r, list) ((list)[random_below((r), sizeof(list) / sizeof((list)[0]))])

/* ---- keys ---- */

static void add_key(struct random *r, struct command *c)
{
    if (random_chance(r, 4)) {
        static const char strange[] = "k\0\r\n\xff";
        command_add(c, strange, random_chance(r, 40) ? 0 : sizeof strange - 1);
    } else {
        static const char *const keys[] = {"s1", "s2", "s3", "z1", "z2", "z3", "any"};
        command_add_text(c, PICK(r, keys));
    }
}

static void add_str(struct random *r, struct command *c)
{
    if (random_chance(r, 12)) {
        add_key(r, c);
    } else {
        add(c, "s%zu", random_below(r, 3) + 1);
    }
}

static void add_zset(struct random *r, struct command *c)
{
    if (random_chance(r, 8)) {
        add_key(r, c);
    } else {
        add(c, "z%zu", random_below(r, 3) + 1);
    }
}

/* A set all of whose scores are 0. */
static void add_lexset(struct random *r, struct command *c)
{
    add(c, "l%zu", random_below(r, 2) + 1);
}

static size_t last_count; /* how many keys KEYS has added */

static void add_keys(struct random *r, struct command *c)
{
    last_count = 1 + random_below(r, 3);
    add(c, "%zu", last_count);
    for (size_t i = 0; i < last_count; i++) {
        add_zset(r, c);
    }
}

/* ---- values and numbers ---- */

static void add_int(struct random *r, struct command *c)
{
    static const char *const edges[] = {
        "9223372036854775807", "-9223372036854775808", "9223372036854775806", "0", "-1",
    };
    if (random_chance(r, 12)) {
        command_add_text(c, PICK(r, edges));
    } else {
        add(c, "%" PRId64, random_between(r, -20, 100));
    }
}

static void add_float(struct random *r, struct command *c)
{
    static const char *const texts[] = {
        "0.1", "3.0", "1e3", "-2.5e-3", "1.7e308", "123456789.125", "5e-324", "0x10", "3.",
        ".5", "1e-17", "10000000000000000", "0.30000000000000004", "-0", "inf", "-inf",
    };
    if (random_chance(r, 60)) {
        add(c, "%" PRId64 ".%zu", random_between(r, -9, 99), random_below(r, 1000));
    } else {
        command_add_text(c, PICK(r, texts));
    }
}

static void add_bytes(struct random *r, struct command *c, size_t len)
{
    char bytes[3000];
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (char)random_below(r, 256);
    }
    command_add(c, bytes, len);
}

static void add_value(struct random *r, struct command *c)
{
    static const char *const texts[] = {"", "a", "value", "hello world", "1 ", " 1", "007", "+5",
                                        "x\ty", "\"q'", "3.0e2", "OK"};
    switch (random_below(r, 8)) {
    case 0: add_int(r, c); break;
    case 1: add_float(r, c); break;
    case 2: add_bytes(r, c, random_below(r, 12)); break;
    case 3: add_bytes(r, c, random_chance(r, 10) ? 40 + random_below(r, 2900) : 50); break;
    case 4: add(c, "%zu", random_below(r, 1000)); break;
    default: command_add_text(c, PICK(r, texts));
    }
}

static void add_index(struct random *r, struct command *c)
{
    static const char *const edges[] = {
        "9223372036854775807", "-9223372036854775808", "100", "-100", "-1", "0", "200",
    };
    if (random_chance(r, 25)) {
        command_add_text(c, PICK(r, edges));
    } else {
        add(c, "%" PRId64, random_between(r, -7, 9));
    }
}

/* ---- sorted sets ---- */

static void add_member(struct random *r, struct command *c)
{
    static const char *const strange[] = {"", "a", "ab", "abc", "b", "m", "\xff", "Z", "10"};
    if (random_chance(r, 75)) {
        add(c, "m%zu", random_below(r, 8));
    } else if (random_chance(r, 80)) {
        command_add_text(c, PICK(r, strange));
    } else {
        add_bytes(r, c, random_below(r, 80));
    }
}

static void add_score(struct random *r, struct command *c)
{
    if (random_chance(r, 60)) {
        add(c, "%" PRId64, random_between(r, -3, 6));
    } else if (random_chance(r, 50)) {
        add(c, "%" PRId64 ".%zu", random_between(r, -3, 6), 25 * random_below(r, 4));
    } else {
        add_float(r, c);
    }
}

static void add_many(struct random *r, struct command *c)
{
    size_t n = 20 + random_below(r, 180), offset = random_below(r, 100);
    for (size_t i = 0; i < n; i++) {
        add(c, "%zu", random_below(r, 40));
        add(c, "many%03zu", (offset + i * 7) % 300);
    }
}

static void add_bound(struct random *r, struct command *c)
{
    static const char *const texts[] = {"-inf", "+inf", "inf", "(-inf", "(inf", "(0", "(", ""};
    if (random_chance(r, 45)) {
        command_add_text(c, PICK(r, texts));
    } else {
        add(c, "%s%" PRId64 "%s", random_chance(r, 30) ? "(" : "", random_between(r, -4, 30),
            random_chance(r, 20) ? ".5" : "");
    }
}

static void add_lex(struct random *r, struct command *c)
{
    static const char *const texts[] = {"-", "+", "[", "(", "[a", "(a", "[ab", "(abc", "[m",
                                        "[many100", "(many200", "[\xff", "--", "a", ""};
    if (random_chance(r, 70)) {
        command_add_text(c, PICK(r, texts));
    } else {
        add(c, "%cm%zu", random_chance(r, 50) ? '[' : '(', random_below(r, 8));
    }
}

/* ---- times: nothing ends within the hour, and no two of them are as good as equal ---- */

static void add_secs(struct random *r, struct command *c)
{
    add(c, "%" PRId64, random_between(r, 10000, 100000000));
}

static void add_ms(struct random *r, struct command *c)
{
    add(c, "%" PRId64, random_between(r, 10000000, 100000000000));
}

static void add_at(struct random *r, struct command *c)
{
    add(c, "%" PRId64, random_between(r, 4000000000, 5000000000));
}

static void add_at_ms(struct random *r, struct command *c)
{
    add(c, "%" PRId64, random_between(r, 4000000000000, 5000000000000));
}

/* A time that is over. */
static void add_past(struct random *r, struct command *c)
{
    static const char *const texts[] = {"0", "-1", "-9223372036854775808", "-1000"};
    command_add_text(c, PICK(r, texts));
}

/* ---- the rest ---- */

static void add_bits(struct random *r, struct command *c)
{
    add(c, "%zu", random_below(r, random_chance(r, 5) ? 30000 : 70));
}

static void add_bit(struct random *r, struct command *c)
{
    add(c, "%zu", random_below(r, 2));
}

static void add_offset(struct random *r, struct command *c)
{
    add(c, "%zu", random_below(r, random_chance(r, 5) ? 3000 : 20));
}

static void add_count(struct random *r, struct command *c)
{
    static const char *const texts[] = {"0", "1", "2", "3", "10", "1000", "-1", "-3", "-40"};
    command_add_text(c, PICK(r, texts));
}

static void add_cursor(struct random *r, struct command *c)
{
    static const char *const texts[] = {"0", "0", "0", "17", "18446744073709551615"};
    command_add_text(c, PICK(r, texts));
}

static void add_db(struct random *r, struct command *c)
{
    add(c, "%zu", random_chance(r, 10) ? random_below(r, 17) : random_below(r, 3));
}

static void add_glob(struct random *r, struct command *c)
{
    static const char parts[][6] = {"*", "*", "?", "s", "z", "m", "1", "2", "[a-z]", "[^s]",
                                    "[s",  "]", "\\", "[", "-", "a", "s1", "[z-a]", "[\\]", "[]"};
    struct bytes glob = {0};
    for (size_t n = 1 + random_below(r, 4); n > 0; n--) {
        const char *part = PICK(r, parts);
        bytes_add(&glob, part, strnlen(part, sizeof parts[0]));
    }
    command_add(c, glob.at, glob.len);
    bytes_free(&glob);
}

static void add_name(struct random *r, struct command *c)
{
    static const char *const texts[] = {"worker-1", "", "a b", "x\n", "\xc3\xa9", "name"};
    command_add_text(c, PICK(r, texts));
}

/* Long enough to be a wait, and short enough that nobody minds. */
static void add_wait(struct random *r, struct command *c)
{
    static const char *const texts[] = {"0.001", "0.002", ".001", "1e-3"};
    command_add_text(c, PICK(r, texts));
}

static void add_type(struct random *r, struct command *c)
{
    static const char *const texts[] = {"string", "zset", "hash", "ZSET", "nonsense"};
    command_add_text(c, PICK(r, texts));
}

void words_add_odd(struct random *r, struct command *c)
{
    static const char *const texts[] = {
        "", "-", "--1", "1.5", "0x1", "1e2", " 1", "1 ", "01", "-01", "-0", "+1", "0", "-1", "nan",
        "NaN", "inf", "infinity", "1e400", "9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "99999999999999999999999999", "4294967296", "(", "(1", "[",
        "nx", "XX", "gt", "LT", "ch", "incr", "get", "keepttl", "ex", "limit", "withscores",
        "rev", "byscore", "bylex", "weights", "aggregate", "sum", "match", "count", "type",
        "replace", "db", "min", "max", "persist", "nonsense", "a word", "\xff\xfe",
        "-9223372036854775808",
    };
    if (random_chance(r, 10)) {
        command_add(c, "x\0001", 3);
    } else {
        command_add_text(c, PICK(r, texts));
    }
}

static void add_weights(struct random *r, struct command *c)
{
    for (size_t i = 0; i < last_count; i++) {
        add_score(r, c);
    }
}

static const struct kind {
    const char *name;
    void (*add)(struct random *r, struct command *c);
} kinds[] = {
    {"KEY", add_key},       {"STR", add_str},         {"ZSET", add_zset},
    {"LEXSET", add_lexset}, {"KEYS", add_keys},       {"WEIGHTS", add_weights},
    {"VALUE", add_value},
    {"INT", add_int},       {"FLOAT", add_float},     {"MEMBER", add_member},
    {"SCORE", add_score},   {"MANY", add_many},       {"BOUND", add_bound},
    {"LEX", add_lex},       {"INDEX", add_index},     {"COUNT", add_count},
    {"CURSOR", add_cursor}, {"SECS", add_secs},       {"MS", add_ms},
    {"AT", add_at},         {"AT_MS", add_at_ms},     {"PAST", add_past},
    {"BITS", add_bits},     {"BIT", add_bit},         {"OFFSET", add_offset},
    {"DB", add_db},         {"GLOB", add_glob},       {"NAME", add_name},
    {"WAIT", add_wait},     {"TYPE", add_type},       {"ODD", words_add_odd},
};

void words_add(struct random *r, struct command *c, const char *kind, size_t len)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, kind, len) == 0) {
            kinds[i].add(r, c);
            return;
        }
    }
    die("the grammar names a kind of word that does not exist");
}
