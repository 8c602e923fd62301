/*
 * qsort_preload: a library that LD_PRELOAD puts before the C library. Its
 * qsort() ends the program if the comparison is inconsistent: an item must be
 * equal to itself, and comparing two items the other way round must give the
 * opposite result.
 */
#include <stddef.h>
#include <stdlib.h>

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void swap(char *a, char *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char byte = a[i];
        a[i] = b[i];
        b[i] = byte;
    }
}

void qsort(void *items, size_t n, size_t size,
           int (*compare)(const void *, const void *))
{
    for (size_t i = 0; i < n; i++) {
        char *a = (char *)items + i * size;
        if (compare(a, a) != 0)
            abort();
        for (size_t j = i + 1; j < n; j++) {
            char *b = (char *)items + j * size;
            if (sign(compare(a, b)) != -sign(compare(b, a)))
                abort();
            if (compare(b, a) < 0)
                swap(a, b, size);
        }
    }
}
