/* Process descriptors (pidfd_open(2)): a signal sent through one can never hit a recycled pid, and
 * it becomes readable when the process has exited. */
#ifndef PROCESS_PIDFD_H
#define PROCESS_PIDFD_H

#include <sys/types.h>

/* A close-on-exec descriptor for a process, child or not; -errno (-ESRCH: no such process). */
int pidfd_of(pid_t pid);
/* How it ended, as wait(2) would tell its parent, into *status. 1: known; 0: it runs, or its parent
 * has not reaped it yet; -errno: this kernel does not tell (PIDFD_GET_INFO with PIDFD_INFO_EXIT,
 * Linux 6.15). */
int pidfd_exit_status(int pidfd, int *status);
/* 0 or -errno (-ESRCH: it has exited and was reaped). */
int pidfd_signal(int pidfd, int signo);

#endif
