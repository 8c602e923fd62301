/*
 * disk.c: how much the files in a directory would take. Where the program has
 * no disk of its own, this is looked at from time to time.
 */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#define _XOPEN_SOURCE 700
#include "jail.h"

#include <ftw.h>
#include <sys/stat.h>

enum { OPEN_AT_ONCE = 16 };

static long long bytes;

/* Holes count, too: whoever copies the file fills them. */
static int add(const char *path, const struct stat *st, int type,
               struct FTW *where)
{
    (void)path, (void)where;
    if (type == FTW_F && S_ISREG(st->st_mode)) {
        bytes += st->st_size;
    }
    return 0;
}

long disk_used(const char *dir)
{
    bytes = 0;
    nftw(dir, add, OPEN_AT_ONCE, FTW_PHYS | FTW_MOUNT);
    return (long)(bytes / 1024 / 1024);
}
