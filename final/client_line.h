/*
 * client_line: reads lines from a person: they can be edited, and earlier
 * ones be had again with the arrow keys.
 */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include <stddef.h>
#include <sys/types.h>

/* Reads a line, without its end, after a prompt. Returns its length, or -1 at
 * the end of the input. */
ssize_t line_read(const char *prompt, char *line, size_t size);

#endif
