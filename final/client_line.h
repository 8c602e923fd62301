/*
 * client_line: reads lines from a person, who can have earlier ones again
 * with the arrow keys.
 */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a line, without its end, after a prompt. Returns false at the end of
 * the input. */
bool line_read(const char *prompt, char *line, size_t size);

#endif
