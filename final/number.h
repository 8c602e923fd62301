/*
 * number: numbers from text. Each function returns false unless the whole
 * text is one number, and one that the type can hold.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "slice.h"

/* Decimal: 12, +12, -12. */
bool number_int(struct slice text, int64_t *value);

/* The same without a plus sign or leading zeros: as a number is printed, and
 * in no other way. */
bool number_strict_int(struct slice text, int64_t *value);

/* What strtod() takes: 1.5, 1e9, 0x1p-3, inf; but not NaN. */
bool number_double(struct slice text, double *value);

/* The same, but not where it is too large for a double or too small. */
bool number_strict_double(struct slice text, double *value);

/* With digits to spare: what strtold() takes, without NaN. */
enum { NUMBER_MAX_LONG_DOUBLE = 5200 }; /* the largest has 4,933 digits */
bool number_long_double(struct slice text, long double *value);

/* Numbers to text, with a NUL at the end; both return the length. Doubles are
 * printed with 17 digits, which is what it takes to read the same one back. */
enum { NUMBER_MAX_INT = 21, NUMBER_MAX_DOUBLE = 32 };
size_t number_print_int(char text[NUMBER_MAX_INT], int64_t value);
size_t number_print_double(char text[NUMBER_MAX_DOUBLE], double value);

#endif
