/* What the kernel shows of one process: its name, its command line, its sockets, and what it does
 * with a signal. */
#ifndef PROCESS_PROC_INFO_H
#define PROCESS_PROC_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "journal/event_words.h"
#include "process/proc_tree.h"

/* Its short name (at most 15 bytes) into out; "?" when it is gone. Returns out. */
const char *proc_name(pid_t pid, char *out, size_t size);

/* Its arguments as the bytes of /proc/PID/cmdline, each ended by a NUL; *len bytes, at most 64 KiB.
 * A fresh string, empty when it is gone. */
char *proc_arguments(pid_t pid, size_t *len);
/* The same with spaces between; the short name in [brackets] when there is none. A fresh string. */
char *proc_command(pid_t pid);

/* How a process ended that its parent has not reaped yet, as wait(2) would tell (field 52 of
 * /proc/PID/stat). False when it is no zombie or may not be looked at: to those who may not, the
 * kernel shows a 0 there, so a 0 counts only for a process of our own user. */
bool proc_zombie_status(pid_t pid, int *status);

/* Has it this socket (inode, as in struct sockdiag_socket) open? */
bool proc_holds_socket(pid_t pid, uint32_t inode);
/* The descriptor that is this socket there; -1: it has none. */
int proc_descriptor_of(pid_t pid, uint32_t inode);
/* Is that descriptor of the process this socket? Some µs. */
bool proc_descriptor_is(pid_t pid, int fd, uint32_t inode);
/* The process of `t` that holds it, `first` if that is one of them; 0 when none does. */
pid_t proc_tree_socket_owner(const struct proc_tree *t, pid_t first, uint32_t inode);

/* Its open descriptors and its threads; -1 each when it is gone or may not be looked at. */
int64_t proc_descriptors(pid_t pid);
int64_t proc_threads(pid_t pid);
/* It is gone, or is being ended by the kernel: what it still holds says nothing of the program. */
bool proc_is_ending(pid_t pid);
/* Signals that were sent to it and wait for it: bit N - 1 is signal N (proc(5), ShdPnd). */
unsigned long long proc_pending_signals(pid_t pid);
/* Locks on files that these processes hold (/proc/locks; not those of a descriptor, F_OFD_SETLK,
 * which no process owns); -1 when it cannot be read. */
int64_t proc_locks(const pid_t *pids, size_t n);

/* What a process does with the signal. */
enum disposition proc_signal_disposition(pid_t pid, int signo);

#endif
