/*
 * lists.h: lists in square brackets: requests of several strings, and replies
 * that are arrays. `from` and `to` are the indices of words.
 */
#ifndef LISTS_H
#define LISTS_H

#include <stddef.h>

#include "script.h"

/* Sends a request of the strings from ... to - 1. It says that they are as many
 * as the word count says, or as they are if that is NULL. */
void put_list(struct talk *t, size_t from, size_t to, const char *count);

/* Expects an array of the values between the brackets at `from` and `to`. */
void expect_array(struct talk *t, size_t from, size_t to);

/* Expects an array of the strings between them, in any order. */
void expect_set(struct talk *t, size_t from, size_t to);

#endif
