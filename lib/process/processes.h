/* The target's process tree over time: which processes were seen to come and go. */
#ifndef PROCESS_PROCESSES_H
#define PROCESS_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/proc_tree.h"

struct journal;
struct known_process;

struct processes {
    struct journal *journal;     /* set it before all else */
    struct known_process *known; /* as last journaled, lowest pid first */
    int n_known, cap_known;
    int64_t left;                  /* that may still be journaled */
    int64_t looked_ns, changed_ns; /* at the tree; the tree. 0: not yet */
    int most;                      /* that there were at a time */
    int64_t grown_ns;              /* when they became more than ever before; 0: not yet */
    pid_t *ever;                   /* all that were ever seen */
    size_t n_ever, cap_ever;
};

/* This is the tree now: journal what came and went. */
void processes_look(struct processes *p, const struct proc_tree *tree);
/* Journal this one again if it runs another program by now. */
void processes_again(struct processes *p, pid_t pid);
/* Was it ever seen in the tree? */
bool processes_had(const struct processes *p, long pid);
void processes_free(struct processes *p);

#endif
