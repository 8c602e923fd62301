/*
 * resp_text.h: a reply as a line of text, as conversations write it down:
 *
 *   OK  -ERR text  5  "bulk\r\n"  nil  nil[]  [a list]
 *   _  ,1.5  #t  {a map}  ~[a set]  >[a push]  =txt:text  (bignumber
 */
#ifndef RESP_TEXT_H
#define RESP_TEXT_H

#include <stddef.h>

#include "bytes.h"

/* Adds the first reply of the data as text. Returns the reply's size, or 0 if
 * it is not complete. If it is malformed, its first line is taken as it is. */
size_t resp_text_add(struct bytes *to, const char *data, size_t size);

#endif
