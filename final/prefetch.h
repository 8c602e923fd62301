/*
 * prefetch: starts fetching memory that will be needed soon, without waiting
 * for it. Only a hint: any address is allowed, NULL too.
 */
#ifndef PREFETCH_H
#define PREFETCH_H

static inline void prefetch(const void *at)
{
#ifdef __GNUC__
    __builtin_prefetch(at);
    __asm__ volatile(""); /* or else GCC may leave out a function that does
                             nothing but prefetch */
#else
    (void)at;
#endif
}

#endif
