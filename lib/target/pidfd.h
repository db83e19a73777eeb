/* Process descriptors (pidfd_open(2)): a signal sent through one can never hit a recycled pid, and
 * it becomes readable when the process has exited. */
#ifndef TARGET_PIDFD_H
#define TARGET_PIDFD_H

#include <sys/types.h>

/* A close-on-exec descriptor for a process, child or not; -errno (-ESRCH: no such process). */
int pidfd_of(pid_t pid);
/* 0 or -errno (-ESRCH: it has exited and was reaped). */
int pidfd_signal(int pidfd, int signo);

#endif
