/*
 * prefetch: asks for memory that will be needed soon, without waiting for it.
 * A hint, which may be ignored: any address will do.
 */
#ifndef PREFETCH_H
#define PREFETCH_H

static inline void prefetch(const void *at)
{
#ifdef __GNUC__
    __builtin_prefetch(at);
#else
    (void)at;
#endif
}

#endif
