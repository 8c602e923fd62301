/*
 * run.h: carries out the words of a script.
 */
#ifndef RUN_H
#define RUN_H

#include <stddef.h>

#include "script.h"

/* Carries out the words from ... to - 1. Returns if all was as expected. */
void run(struct talk *t, size_t from, size_t to);

#endif
