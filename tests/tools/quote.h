/*
 * quote.h: bytes as text that a person can read, and type again.
 */
#ifndef QUOTE_H
#define QUOTE_H

#include <stddef.h>
#include <stdio.h>

#include "bytes.h"

/* Adds them in quotes, with the escapes of redis-cli: \r \n \" \\ \xNN. */
void quote_add(struct bytes *to, const char *data, size_t len);

/* Prints the same, with `most` of the bytes at most, and how many there are if
 * that is not all. */
void quote_print(FILE *to, const char *data, size_t len, size_t most);

/* Prints a word for redis-cli: in quotes only if it needs them. */
void quote_print_word(FILE *to, const char *data, size_t len);

/* Prints them without quotes; what is not printable, and \, becomes \xNN. */
void quote_print_plain(FILE *to, const char *data, size_t len);

#endif
