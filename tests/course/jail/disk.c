/*
 * disk.c: how much the files in a directory would take. Where the program has
 * no disk of its own, this is looked at from time to time.
 */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#define _XOPEN_SOURCE 700
#include "jail.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_AT_ONCE = 16, DEEPEST = 64 };

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

/*
 * Adds up uid's files in a directory, which it closes. It looks only where uid
 * can have put something: in its own directories, and where everybody may
 * write. False: uid has made them deeper than anybody needs.
 */
static bool add_owned(int fd, uid_t uid, int depth)
{
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    struct stat st;
    bool fine = true;
    while (dir && fine && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        bool up = name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
        if (up || fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            continue;
        }
        if (S_ISREG(st.st_mode) && st.st_uid == uid) {
            bytes += st.st_size;
        } else if (S_ISDIR(st.st_mode) && depth == DEEPEST) {
            fine = st.st_uid != uid;
        } else if (S_ISDIR(st.st_mode) &&
                   (st.st_uid == uid || (st.st_mode & S_IWOTH))) {
            int flags = O_RDONLY | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC;
            fine = add_owned(openat(fd, name, flags), uid, depth + 1);
        }
    }
    if (dir) {
        closedir(dir);
    } else if (fd >= 0) {
        close(fd);
    }
    return fine;
}

bool user_fills(uid_t uid, long mib)
{
    static const char *places[] = { "/tmp", "/var/tmp", "/dev/shm" };
    bool fine = true;
    bytes = 0;
    for (size_t i = 0; fine && i < sizeof places / sizeof *places; i++) {
        int fd = open(places[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        fine = add_owned(fd, uid, 0);
    }
    return !fine || bytes > mib * 1024LL * 1024;
}
