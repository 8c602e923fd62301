#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"

void text_add(struct buf *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return;

    char *piece = mem_alloc((size_t)len + 1); /* and a NUL */
    va_start(args, format);
    vsnprintf(piece, (size_t)len + 1, format, args);
    va_end(args);
    buf_append(text, piece, (size_t)len);
    free(piece);
}
