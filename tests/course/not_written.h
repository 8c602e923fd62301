/*
 * not_written: a function that is still to be written says so, once.
 *
 * Take the line NOT_WRITTEN(); out when you write the function, and this file
 * when you have written the last.
 */
#ifndef NOT_WRITTEN_H
#define NOT_WRITTEN_H

#include <stdatomic.h>
#include <stdio.h>

#define NOT_WRITTEN()                                                          \
    do {                                                                       \
        static atomic_flag said = ATOMIC_FLAG_INIT;                            \
        if (!atomic_flag_test_and_set(&said))                                  \
            fprintf(stderr, "not written yet: %s() in %s\n", __func__,         \
                    __FILE__);                                                 \
    } while (0)

#endif
