/*
 * world.c: a world of its own for the program. It has its own process ids
 * (it can see and signal nobody else), its own shared memory, and a file
 * system with nothing in it but
 *
 *   /usr /bin /lib /etc ...   the system's, read-only
 *   its copy                  at the path where the tests look for it
 *   what -e names             writable, too: one test sees what it leaves there
 *   what -r names             read-only
 *   /tmp /dev/shm             small, and gone with it
 *   /dev /proc                a few devices and terminals; its own processes
 *
 * The network is the outer jail's: loopback only, shared with the tests.
 */
#define _GNU_SOURCE
#include "jail.h"

#ifndef __linux__
const char *new_world(const struct jail *j)
{
    return (void)j, "namespaces";
}
#else
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEW "/tmp" /* the new root, until it is the root */

enum { SHARED_MIB = 16 };

static void make_path(const char *path)
{
    char part[4096];
    for (size_t i = 1; path[i - 1] && i < sizeof part; i++) {
        if (path[i] == '/' || !path[i]) {
            memcpy(part, path, i);
            part[i] = '\0';
            mkdir(part, 0755);
        }
    }
}

/* The flags that a mount in a user namespace may not lose. */
static unsigned long locked_flags(const char *path)
{
    struct statvfs fs;
    unsigned long flags = 0;
    if (statvfs(path, &fs) == 0) {
        flags |= fs.f_flag & ST_NOSUID ? MS_NOSUID : 0;
        flags |= fs.f_flag & ST_NODEV ? MS_NODEV : 0;
        flags |= fs.f_flag & ST_NOEXEC ? MS_NOEXEC : 0;
        flags |= fs.f_flag & ST_NOATIME ? MS_NOATIME : 0;
        flags |= fs.f_flag & ST_RELATIME ? MS_RELATIME : 0;
    }
    return flags;
}

static bool read_only(const char *path)
{
#ifdef SYS_mount_setattr
    struct {
        unsigned long long set, clear, propagation, userns;
    } attr = { 1 /* read-only */, 0, 0, 0 };
    if (syscall(SYS_mount_setattr, AT_FDCWD, path, 0x8000 /* recursive */,
                &attr, sizeof attr) == 0) {
        return true;
    }
#endif
    unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
    return mount(NULL, path, NULL, flags | locked_flags(path), NULL) == 0;
}

static bool small_disk(const char *path, long mib, const char *mode,
                       unsigned long flags)
{
    char options[64];
    snprintf(options, sizeof options, "size=%ldm,nr_inodes=%ld,mode=%s", mib,
             mib * 256, mode);
    make_path(path);
    flags |= MS_NOSUID | MS_NODEV;
    return mount("tmpfs", path, "tmpfs", flags, options) == 0;
}

static bool small(const char *path, long mib, const char *mode)
{
    return small_disk(path, mib, mode, 0);
}

/*
 * What a program leaves for the tests may be a symbolic link to what it could
 * not read itself, or write: nobody follows it. (Linux before 5.10 would.)
 */
static bool small_without_links(const char *path)
{
    return small_disk(path, SHARED_MIB, "711", 256 /* MS_NOSYMFOLLOW */);
}

/* Shows the directory that is open as fd (its path may be hidden by now). */
static bool show(int fd, const char *path, bool writable)
{
    char target[4096];
    snprintf(target, sizeof target, NEW "%s", path);
    make_path(target);
    return fchdir(fd) == 0 &&
           mount(".", target, NULL, MS_BIND | MS_REC, NULL) == 0 &&
           (writable || read_only(target)) && chdir("/") == 0;
}

/* A folder of the system as it is here: a link, a directory or nothing. */
static bool show_system(const char *path)
{
    char target[4096], link[4096];
    struct stat st;
    ssize_t n;
    if (lstat(path, &st) != 0) {
        return true;
    }
    snprintf(target, sizeof target, NEW "%s", path);
    if (S_ISLNK(st.st_mode)) {
        n = readlink(path, link, sizeof link - 1);
        link[n < 0 ? 0 : n] = '\0';
        return symlink(link, target) == 0;
    }
    return mkdir(target, 0755) == 0 &&
           mount(path, target, NULL, MS_BIND | MS_REC, NULL) == 0 &&
           read_only(target);
}

static void show_device(const char *path)
{
    char target[64];
    snprintf(target, sizeof target, NEW "%s", path);
    int fd = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0) {
        close(fd);
        mount(path, target, NULL, MS_BIND, NULL);
    }
}

/* Terminals of its own, a few; they are seen by nobody else. */
static void show_terminals(void)
{
    mkdir(NEW "/dev/pts", 0755);
    if (mount("devpts", NEW "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
              "newinstance,ptmxmode=0666,mode=0600,max=16") == 0 &&
        symlink("pts/ptmx", NEW "/dev/ptmx") != 0) {
        perror("jail: /dev/ptmx");
    }
}

static void show_devices(void)
{
    static const char *devices[] = { "/dev/null", "/dev/zero", "/dev/full",
                                     "/dev/random", "/dev/urandom" };
    mkdir(NEW "/dev", 0755);
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        show_device(devices[i]);
    }
    if (symlink("/proc/self/fd", NEW "/dev/fd") != 0 ||
        symlink("/proc/self/fd/0", NEW "/dev/stdin") != 0 ||
        symlink("/proc/self/fd/1", NEW "/dev/stdout") != 0 ||
        symlink("/proc/self/fd/2", NEW "/dev/stderr") != 0) {
        perror("jail: /dev");
    }
    show_terminals();
    small(NEW "/dev/shm", 16, "1777");
}

/* Lays something empty over what is not to be seen, where it can be seen. */
static bool hide(const struct jail *j)
{
    char target[4096];
    for (int i = 0; i < j->nhidden; i++) {
        snprintf(target, sizeof target, NEW "%s", j->hidden[i]);
        if (access(target, F_OK) == 0 && !small(target, 1, "755")) {
            return false;
        }
    }
    return true;
}

static bool show_all(const struct jail *j)
{
    int home = open(j->home, O_PATH | O_CLOEXEC), seen[MAX_PATHS];
    int shared = j->shared ? open(j->shared, O_PATH | O_CLOEXEC) : -1;
    for (int i = 0; i < j->nseen; i++) {
        seen[i] = open(j->seen[i], O_PATH | O_CLOEXEC);
    }
    static const char *system[] = { "/usr", "/bin", "/sbin", "/lib", "/lib32",
                                    "/lib64", "/libx32", "/etc", "/opt",
                                    "/nix", "/gnu" };
    bool shown = home >= 0 && small(NEW, 8, "755");
    for (size_t i = 0; shown && i < sizeof system / sizeof *system; i++) {
        shown = show_system(system[i]);
    }
    shown = shown && hide(j) && small(NEW "/tmp", j->temporary, "1777");
    for (int i = 0; shown && i < j->nseen; i++) {
        shown = seen[i] < 0 || show(seen[i], j->seen[i], false);
        close(seen[i]);
    }
    shown = shown && show(home, j->at, true) &&
            (!j->shared || (shared >= 0 && show(shared, j->shared, true)));
    close(home);
    close(shared);
    return shown;
}

static bool make_root(void)
{
    return chdir(NEW) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 &&
           umount2(".", MNT_DETACH) == 0 && chdir("/") == 0 &&
           mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0;
}

static bool loopback_up(void)
{
    struct ifreq lo = { .ifr_name = "lo" };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool up = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &lo) == 0;
    if (up) {
        lo.ifr_flags |= IFF_UP;
        up = ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
    }
    close(fd);
    return up;
}

static bool new_proc(const char *where)
{
    mkdir(where, 0755);
    return mount("proc", where, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                 NULL) == 0;
}

/* The tests' own world: the file system as it is, but for a disk of ours. */
static const char *outer_world(const struct jail *j)
{
    if (!loopback_up()) {
        return "the loopback interface";
    }
    if (!new_proc("/proc")) {
        return "/proc";
    }
    if (j->home && !small(j->home, j->temporary, "755")) {
        return "a disk of its own";
    }
    if (j->shared && !small_without_links(j->shared)) {
        return "a disk to share";
    }
    return NULL;
}

static void set_kernel(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (write(fd, value, strlen(value)) < 0) {
            perror(path);
        }
        close(fd);
    }
}

/*
 * Namespaces in namespaces are more of the kernel than a submission needs;
 * and System V's shared memory outlives who made it, uncounted: 16 MiB.
 */
static void forbid_more(void)
{
    set_kernel(NEW "/proc/sys/user/max_user_namespaces", "0");
    set_kernel(NEW "/proc/sys/kernel/shmall", "4096");
}

const char *new_world(const struct jail *j)
{
    umask(022); /* who started us may have one that shuts out its user */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return "mounts of its own";
    }
    if (j->outer) {
        return outer_world(j);
    }
    if (!show_all(j)) {
        return "a file system of its own";
    }
    if (!new_proc(NEW "/proc")) {
        return "/proc";
    }
    show_devices();
    forbid_more();
    return make_root() ? NULL : "a root of its own";
}
#endif
