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

/* What strtod() takes: 1.5, 1e9, 0x1p-3, inf; but not NaN. */
bool number_double(struct slice text, double *value);

#endif
