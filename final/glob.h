/*
 * glob: patterns for names: * ? [a-z] [^a-z] and \ before a special one.
 */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>

#include "slice.h"

bool glob_match(struct slice pattern, struct slice text);

#endif
