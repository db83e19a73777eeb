/* A pid file that says whether its process lives. The process holds a POSIX lock on the file for as
 * long as it runs (fcntl(2), F_SETLK): the kernel takes the lock away when it ends in whatever way,
 * and F_GETLK names the holder, so that a stale file or a recycled pid can never be mistaken. */
#ifndef SESSION_PIDFILE_H
#define SESSION_PIDFILE_H

#include <sys/types.h>

#include "base/error.h"

#define PIDFILE_DEFAULT "drainctl.pid" /* in the current folder */

struct pidfile {
    const char *path; /* borrowed; absolute or relative to the folder it was taken in */
    int fd;           /* -1: none is held */
};

/* Who holds it: the pid, 0 when there is no such file or no process holds it. -1 and ERROR_RUN when
 * it cannot be read. */
pid_t pidfile_holder(const char *path, struct error *err);

/* Make the file, or take over a stale one, and write the calling process's pid into it. The lock is
 * the calling process's alone: a child does not inherit it. ERROR_RUN when another process holds
 * it or the file cannot be written. */
int pidfile_take(struct pidfile *f, const char *path, struct error *err);
/* Remove the file if it is held. */
void pidfile_drop(struct pidfile *f);

#endif
