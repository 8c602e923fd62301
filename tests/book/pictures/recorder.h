/*
 * recorder: how a program that drives a stage's own code writes down what it sees. It prints a
 * recording: states, each with a label and with lines that say what a reader can see in it.
 *
 *   state LABEL              the state begins; the other lines are indented
 *   title TEXT               the heading of the following lines
 *   fact NAME: TEXT          a number, a flag, what happened last
 *   level NAME: N of MOST UNIT
 *   bytes NAME: 05 h __      a cell for each byte; __ is a byte that has not arrived
 *   chain NAME: a b=2 c      nodes of a list; what follows = is shown with them
 *   ring NAME: a b c         the same with a head, in both directions
 *   set NAME: a b            things without an order
 *   slot NAME 3: a b         the chain of a slot of a table
 *   at NAME: 3               where in that table somebody works
 *   node d: right of b, height 1, count 1       a node of a tree, in the order of the tree;
 *                            also "root" and "apart", for one that hangs nowhere
 *   item 0: a=5              an item of a heap; a - is a hole
 *   hand NAME: a=5           an item that is held, on its way to a place
 *   did: COMMAND             a command that was carried out, or begun, since the state before
 *   text: LINE               what the stage's own command `inspect` answers
 *
 * Nothing that differs from run to run may be in it: no address, no port, no time of day.
 *
 * A recorder includes the file of the stage that it watches, so it knows the addresses of static
 * functions. It is compiled with -finstrument-functions: then watch() below is called whenever a
 * function is entered or left, and the code of the stage stays as it is.
 */
#ifndef PICTURES_RECORDER_H
#define PICTURES_RECORDER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was done since the last state, in lines. */
static char recorder_did[1000];

static inline void did(const char *command)
{
    size_t n = strlen(recorder_did);
    snprintf(recorder_did + n, sizeof recorder_did - n, "    did: %s\n", command);
}

__attribute__((format(printf, 1, 2))) static inline void state(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("state ");
    vprintf(format, args);
    printf("\n%s", recorder_did);
    va_end(args);
    recorder_did[0] = '\0';
}

__attribute__((format(printf, 1, 2))) static inline void line(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("    ");
    vprintf(format, args);
    printf("\n");
    va_end(args);
}

/* Stops a recording that cannot be right. */
static inline void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "recorder: %s\n", what);
        exit(1);
    }
}

static inline void print_byte(uint8_t byte)
{
    bool shown = byte > ' ' && byte < 0x7F;
    printf(shown ? " %c" : " %02x", byte);
}

static inline void bytes(const char *name, const uint8_t *at, size_t n)
{
    printf("    bytes %s:", name);
    for (size_t i = 0; i < n; i++) {
        print_byte(at[i]);
    }
    printf("\n");
}

/* A recorder plays one scenario, that which its first argument names. */
static inline bool plays(char **argv, const char *name)
{
    return argv[1] && strcmp(argv[1], name) == 0;
}

#ifdef WATCHED
/* Called whenever a function of the stage is entered or left. */
static void watch(uintptr_t function, bool entered);

#define ADDRESS(function) ((uintptr_t)(function))

static bool watching; /* not what watch() itself calls */

__attribute__((no_instrument_function)) static void pass_on(void *function, bool entered)
{
    if (watching) {
        watching = false;
        watch((uintptr_t)function, entered);
        watching = true;
    }
}

void __cyg_profile_func_enter(void *function, void *from);
void __cyg_profile_func_exit(void *function, void *from);

__attribute__((no_instrument_function)) void __cyg_profile_func_enter(void *function, void *from)
{
    (void)from;
    pass_on(function, true);
}

__attribute__((no_instrument_function)) void __cyg_profile_func_exit(void *function, void *from)
{
    (void)from;
    pass_on(function, false);
}
#endif

#endif
