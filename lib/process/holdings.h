/* What the target holds while it runs, for the shutdown checklist: open descriptors, locks on files
 * and threads, of all its processes together. */
#ifndef PROCESS_HOLDINGS_H
#define PROCESS_HOLDINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "journal/event_words.h"

struct target;

enum { HOLDINGS_PIDS = 512 }; /* more processes than that are not looked at */

struct holdings {
    pid_t pids[HOLDINGS_PIDS];
    size_t n_pids;
    int64_t tree_ns;           /* as of this look at the processes */
    int64_t looked_ns, due_ns; /* the last look; the next is not before this */
    int64_t now[HELD_COUNT];   /* as of the last look */
    int64_t told[HELD_COUNT];  /* as of the last event */
    int64_t told_ns;           /* when that was; 0: nothing was told */
};

/* Look if it is time to, at most every millisecond in the drain; an event for each number that has
 * changed, and for all of them now and then. */
void holdings_look(struct target *t, int64_t now_ns);
/* The target has exited: the last look before is a fact, too. */
void holdings_end(struct target *t);

#endif
