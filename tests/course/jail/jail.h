/*
 * jail.h: what the files of the jail share. The contract is in jail.c.
 */
#ifndef JAIL_H
#define JAIL_H

#include <stdbool.h>
#include <sys/types.h>

enum { MAX_PATHS = 32 };

struct jail {
    bool outer;       /* for the whole of a grading: -o */
    bool free;        /* no namespaces, though there may be some: -N */
    bool probe;       /* only find out what can be confined: -P */
    const char *home; /* what the program may write: its copy */
    const char *at;   /* where in its world that is */
    const char *start; /* the folder there that it starts in, NULL: home */
    const char *shared; /* where it and the tests leave files for each other */
    bool from_shared;   /* starts there: so did who starts it */
    const char *seen[MAX_PATHS]; /* what else it may read */
    int nseen;
    const char *hidden[MAX_PATHS]; /* what it must not see */
    int nhidden;
    long uid;       /* who it runs as, 0: who we are */
    long seconds;   /* on the clock, 0: no limit; so with all below */
    long cpu;       /* seconds of CPU for a process */
    long memory;    /* MiB, all of its processes together */
    long file;      /* MiB, a file */
    long temporary; /* MiB in /tmp; for an outer jail in home */
    long disk;      /* MiB in home, where that is no disk of its own */
    long processes;
    const char *file_name; /* the program, if it is not argv[0] */
    char **argv;
    int told; /* an open file that is told the program's pid, or -1 */
};

/* Fills j from the command line, or from the file .jail. False: wrong use. */
bool read_arguments(struct jail *j, int argc, char **argv);

/* A line on stderr. */
void say(const char *what, const char *argument);

/*
 * Namespaces of its own for us and the children that we fork from now on. Of
 * those the first must become the init: it calls new_world() before others
 * run. False, with nothing changed, where the system does not allow it.
 */
bool unshare_all(const struct jail *j);

/* The pid of that init, when its world is ready; else -1. */
pid_t start_init(const struct jail *j);

/* The init's part: its own file system, or NULL and what could not be done. */
const char *new_world(const struct jail *j);

/* In the child that becomes the program: not to be undone. */
void drop_rights(const struct jail *j, bool namespaces);
void set_limits(const struct jail *j, bool namespaces);

/* We are killed when our parent ends. */
void die_with_parent(void);
void close_from_3(int except);

/* Has it more memory than it may? Then says so. */
bool too_big(const struct jail *j, bool everyone);

/* MiB that all files below dir would take. */
long disk_used(const char *dir);

/* Do uid's files where everybody may write take more than mib MiB? */
bool user_fills(uid_t uid, long mib);

/*
 * The processes that can be seen but ourselves (everyone: in a namespace), or
 * our descendants only. Their memory in MiB; and their end.
 */
long memory_used(bool everyone);
void kill_descendants(void);

#endif
