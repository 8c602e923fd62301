/*
 * die.h: ends the program, and says why.
 *
 * The status is 2: with 1 a tool says that what it looked at was not as it
 * should be, so it needs another one when it cannot look at all.
 */
#ifndef DIE_H
#define DIE_H

/* What every message begins with. The file that has main() defines it. */
extern const char program_name[];

/* Prints "NAME: message" on stderr. */
_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* The same, followed by what errno means. */
_Noreturn void die_errno(const char *what);

/* Prints "NAME: wrong use: message": the fault is in the command line. */
_Noreturn void wrong(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
