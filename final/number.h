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

/* The same without a plus sign or leading zeros: only the form in which a
 * number is printed. */
bool number_strict_int(struct slice text, int64_t *value);

/* What strtod() takes: 1.5, 1e9, 0x1p-3, inf; but not NaN. */
bool number_double(struct slice text, double *value);

/* The same, but not for a number too large or too small for a double. */
bool number_strict_double(struct slice text, double *value);

/* With digits to spare: what strtold() takes, without NaN. */
enum { NUMBER_MAX_LONG_DOUBLE = 5200 }; /* the largest has 4,933 digits */
bool number_long_double(struct slice text, long double *value);

/* Print a number as text, with a NUL at the end. Both return the length.
 * Doubles are printed with 17 digits: enough to read the same number back. */
enum { NUMBER_MAX_INT = 21, NUMBER_MAX_DOUBLE = 32 };
size_t number_print_int(char text[NUMBER_MAX_INT], int64_t value);
size_t number_print_double(char text[NUMBER_MAX_DOUBLE], double value);

#endif
