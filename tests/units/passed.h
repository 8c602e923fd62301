/*
 * passed.h: how a unit test says that it ran to its end. An exit status of 0
 * proves nothing: the code under test can call _exit(0), even before main().
 * So the last line repeats a word that was made up for this run. It is in a
 * main() that is compiled apart, by unit_test in helpers.bash, and printed
 * when the test's own main() has returned 0.
 *
 * A unit test includes this after the headers under test.
 */
#ifndef UNITS_PASSED_H
#define UNITS_PASSED_H

#define main unit_main

int unit_main(void);

/* What main() returns when all is well. */
static inline int passed(void)
{
    return 0;
}

#endif
