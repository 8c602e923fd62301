/*
 * escapes.h: bytes and numbers from the words of a command line.
 *
 * In a word, \n \r \t \0 \\ and \xNN stand for one byte, and \{N*c} for N times
 * the character (or escape) c: 32 MiB fit into one short word. redis-cli, whose
 * words are read in cli_words.h, has other escapes.
 *
 * A word that cannot be read ends the program.
 */
#ifndef ESCAPES_H
#define ESCAPES_H

#include <stddef.h>

#include "bytes.h"

size_t word_to_number(const char *word);
struct bytes word_to_bytes(const char *word);

/* "05 00_00 00" is 4 bytes; blanks and underscores are for the eye. */
struct bytes hex_to_bytes(const char *hex);

/* Two words, N and C: N times the character (or escape) C. */
struct bytes words_to_filling(char **words);

#endif
