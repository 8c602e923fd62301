/*
 * cli_words.h: requests as they are typed into redis-cli: words with blanks
 * between them. In "" there are escapes (\n \r \t \0 \xNN), and '' takes
 * everything as it is.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "bytes.h"

/* Returns the request that the words of the line make. */
struct bytes cli_request(const char *line);

#endif
