/*
 * The C library reads numbers from a text that ends in a NUL. A slice has none,
 * so it is copied. What the library would let pass is refused: blanks in front,
 * and anything behind the number.
 */
#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The longest text that is worth a look: the smallest double, written out,
 * has some 1,080 characters. */
enum { LONGEST = 1100 };

/* strtod() and strtoll() need a NUL at the end, which a slice does not have.
 * And they skip blanks at the front, which do not belong to a number. */
static bool copy(struct slice text, char *chars, size_t size)
{
    if (text.len == 0 || text.len >= size || isspace(text.data[0]))
        return false;
    memcpy(chars, text.data, text.len);
    chars[text.len] = '\0';
    return true;
}

bool number_int(struct slice text, int64_t *value)
{
    char chars[LONGEST + 1];
    char *end;

    if (!copy(text, chars, sizeof chars))
        return false;
    errno = 0;
    *value = strtoll(chars, &end, 10);
    return end == chars + text.len && errno == 0;
}

/* By hand, because the lengths in every request pass here, and strtoll() would
 * need a copy with a NUL. n is unsigned, so that INT64_MIN fits, too. */
bool number_strict_int(struct slice text, int64_t *value)
{
    bool negative = text.len > 0 && text.data[0] == '-';
    size_t i = negative;
    uint64_t n = 0;

    if (i == text.len || (text.data[i] == '0' && text.len > 1))
        return false;
    for (; i < text.len; i++) {
        unsigned digit = text.data[i] - (unsigned)'0'; /* others are larger */
        if (digit > 9 || n > INT64_MAX / 10)
            return false;
        n = n * 10 + digit;
    }
    if (n > (uint64_t)INT64_MAX + negative)
        return false;
    *value = (int64_t)(negative ? 0 - n : n);
    return true;
}

bool number_double(struct slice text, double *value)
{
    char chars[LONGEST + 1];
    char *end;

    if (!copy(text, chars, sizeof chars))
        return false;
    *value = strtod(chars, &end);
    return end == chars + text.len && !isnan(*value);
}

bool number_strict_double(struct slice text, double *value)
{
    errno = 0;
    if (!number_double(text, value))
        return false;
    return errno != ERANGE || (*value != 0 && !isinf(*value));
}

size_t number_print_int(char text[NUMBER_MAX_INT], int64_t value)
{
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char digits[NUMBER_MAX_INT];
    size_t n = 0;
    size_t len = 0;

    do
        digits[n++] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (value < 0)
        text[len++] = '-';
    while (n > 0)
        text[len++] = digits[--n];
    text[len] = '\0';
    return len;
}

size_t number_print_double(char text[NUMBER_MAX_DOUBLE], double value)
{
    return (size_t)snprintf(text, NUMBER_MAX_DOUBLE, "%.17g", value);
}

bool number_long_double(struct slice text, long double *value)
{
    char chars[NUMBER_MAX_LONG_DOUBLE];
    char *end;

    if (!copy(text, chars, sizeof chars))
        return false;
    errno = 0;
    *value = strtold(chars, &end);
    return end == chars + text.len && !isnan(*value) &&
           !(errno == ERANGE && (*value == 0 || isinf(*value)));
}
