/* The processes that descend from one, as the kernel shows them right now. Plain system calls and
 * no allocation: the keeper uses it after a fork. */
#ifndef PROCESS_PROC_TREE_H
#define PROCESS_PROC_TREE_H

#include <stdbool.h>
#include <sys/types.h>

enum { PROC_TREE_MAX = 32768 }; /* processes on the machine; what is beyond is not seen */

struct proc {
    pid_t pid, parent, group;
    char state; /* R, S, D, T (stopped), t (traced), Z (exited, not reaped), X */
};

struct proc_tree {
    int count;
    struct proc procs[PROC_TREE_MAX]; /* lowest pid first */
};

/* Fill `t` with all living descendants of `root`, and with root itself when `with_root`; zombies
 * are left out. root 0 gives every process. `t` holds the last reading, or is zeroed. A reading is
 * not atomic: what is forked while it goes on may be missing, so whoever needs all of them repeats
 * it until nothing new shows. What was there the last time and still descends is never missing. */
void proc_tree_read(struct proc_tree *t, pid_t root, bool with_root);

bool proc_tree_has(const struct proc_tree *t, pid_t pid);

/* SIGKILL each process of `t`, and the process groups they are in except `spare` (atomic for a
 * group, so that one which forks for ever cannot slip through). */
void proc_tree_kill(const struct proc_tree *t, pid_t spare);

/* Have all threads of a process stopped (or is it gone)? */
bool proc_stopped(pid_t pid);

#endif
