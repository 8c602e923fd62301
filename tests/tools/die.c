/*
 * One function writes the line and ends the program. The others only say what
 * stands between the name and the message.
 */
#include "die.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void end(const char *before, const char *format, va_list args)
{
    fprintf(stderr, "%s: %s", program_name, before);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    exit(2);
}

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    end("", format, args);
}

void die_errno(const char *what)
{
    die("%s: %s", what, strerror(errno));
}

void wrong(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    end("wrong use: ", format, args);
}
