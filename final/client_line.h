/*
 * client_line: reads lines from a person, who can have earlier ones again
 * with the arrow keys.
 */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Prints the prompt, and reads a line without its end. Returns false at the end
 * of the input, or if stdin is not a terminal. */
bool line_read(const char *prompt, char *line, size_t size);

#endif
