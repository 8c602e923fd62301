/*
 * line_preload: a library that LD_PRELOAD puts before the C library. It makes
 * stdout line-buffered, so that the tests can read a server's log while the
 * server runs. Otherwise stdout to a file is block-buffered, and a log written
 * with printf() would stay in the process until it ends.
 */
#include <stdio.h>

__attribute__((constructor)) static void buffer_lines(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
}
