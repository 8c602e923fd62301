/*
 * The C library reads numbers from a text that ends in a NUL. A slice has none,
 * so it is copied. What the library would let pass is refused: blanks in front,
 * and anything behind the number.
 */
#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* The longest text that is worth a look: the smallest double, written out,
 * has some 1,080 characters. */
enum { LONGEST = 1100 };

/* strtod() and strtoll() need a NUL at the end, which a slice does not have.
 * And they skip blanks at the front, which do not belong to a number. */
static bool copy(struct slice text, char chars[LONGEST + 1])
{
    if (text.len == 0 || text.len > LONGEST || isspace(text.data[0]))
        return false;
    memcpy(chars, text.data, text.len);
    chars[text.len] = '\0';
    return true;
}

bool number_int(struct slice text, int64_t *value)
{
    char chars[LONGEST + 1];
    char *end;

    if (!copy(text, chars))
        return false;
    errno = 0;
    *value = strtoll(chars, &end, 10);
    return end == chars + text.len && errno == 0;
}

bool number_double(struct slice text, double *value)
{
    char chars[LONGEST + 1];
    char *end;

    if (!copy(text, chars))
        return false;
    *value = strtod(chars, &end);
    return end == chars + text.len && !isnan(*value);
}
