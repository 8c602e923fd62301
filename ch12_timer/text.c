/*
 * vsnprintf() runs twice: once to count the bytes, and once to write them where
 * the buffer has made room for as many.
 */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

void text_add(struct buf *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return;

    size_t room = (size_t)len + 1; /* for a NUL, which is not kept */
    va_start(args, format);
    vsnprintf((char *)buf_extend(text, room), room, format, args);
    va_end(args);
    buf_truncate(text, buf_size(text) - 1);
}
