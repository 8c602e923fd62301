/*
 * passed.h: how a unit test says that it ran to its end. An exit status of 0
 * proves nothing: the code under test can call _exit(0), even before main().
 * So the last line repeats a word that was made up for this run.
 */
#ifndef UNITS_PASSED_H
#define UNITS_PASSED_H

#include <stdio.h>
#include <stdlib.h>

/* The last line; what main() then returns. */
static inline int passed(void)
{
    const char *word = getenv("UNIT_WORD");

    printf("passed %s\n", word ? word : "");
    return 0;
}

#endif
