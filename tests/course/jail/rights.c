/*
 * rights.c: what the program that is to run gives up: descriptors, another
 * user's rights, capabilities, and as much of the machine as it likes.
 */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#define __BSD_VISIBLE 1
#include "jail.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* No program that it starts can have more rights than it, whatever its bits. */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
    for (unsigned long cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0;) {
        cap++;
    }
    syscall(SYS_capset, &head, none);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
#else
static void drop_capabilities(void)
{
}
#endif

/* As another user it can neither signal us nor write what is ours. */
static void become_user(long uid)
{
    if (setgroups(0, NULL) != 0 || setgid((gid_t)uid) != 0 ||
        setuid((uid_t)uid) != 0) {
        perror("jail: setuid");
        _exit(125);
    }
}

void drop_rights(const struct jail *j, bool namespaces)
{
    if (j->uid > 0) {
        become_user(j->uid);
    }
    if (namespaces || j->uid > 0) {
        drop_capabilities();
    }
}

static void limit(int what, long most)
{
    struct rlimit r;
    if (most > 0 && getrlimit(what, &r) == 0 &&
        (r.rlim_max == RLIM_INFINITY || r.rlim_max > (rlim_t)most)) {
        r.rlim_cur = r.rlim_max = (rlim_t)most;
        setrlimit(what, &r);
    }
}

/*
 * RLIMIT_NPROC counts what the user has in this user namespace; where it has
 * none of its own, that is all that the user has on this machine, which is
 * then no measure, but for a user that has nothing else.
 *
 * Memory is watched where there is a /proc and limited elsewhere: a limit of
 * the address space would forbid the sanitizers, which map terabytes.
 */
void set_limits(const struct jail *j, bool namespaces)
{
    limit(RLIMIT_CPU, j->cpu);
    limit(RLIMIT_FSIZE, j->file * 1024 * 1024);
    if (namespaces || j->uid > 0) {
        limit(RLIMIT_NPROC, j->processes);
    }
    if (access("/proc/self/statm", R_OK) != 0) {
        limit(RLIMIT_AS, j->memory * 1024 * 1024);
    }
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
}
