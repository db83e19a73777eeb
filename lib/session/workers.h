/* Carrying out many runs: one after the other in this process, or each in a process of its own. */
#ifndef SESSION_WORKERS_H
#define SESSION_WORKERS_H

#include <stddef.h>

#include "session/job.h"

struct workers {
    const char *program; /* drainctl itself, for the reference server */
    int at_a_time;
    bool quiet;    /* no notes on standard error */
    bool progress; /* a line there */
    /* The runs are all of one server: begin the others only if it became ready in the first; carry
     * out again, by itself, one that proved nothing beside others. Each run has a process of its
     * own even when they go one after the other: this one can then be interrupted at any time. */
    bool battery;
    /* Called for each run in their order, as soon as it and all before it are over; or NULL. It may
     * set journal_errno: then no other begins. */
    void (*over)(void *arg, struct job *job);
    /* Of a battery: called for each run that could be carried out, as soon as it is over; and asked
     * of each that has not begun, whether it is still needed. Both or neither. */
    void (*carried_out)(void *arg, struct job *job);
    bool (*is_needless)(void *arg, const struct job *job);
    void *needless_arg;
    /* What a command adds to a run that goes on in this process; or NULL. */
    void (*adapt)(void *arg, struct run_options *options, struct journal *journal);
    void *over_arg, *adapt_arg;
};

/* Carry them out. Returns 0, or the number of the signal that interrupted it; jobs that were not
 * begun then are not `started`. */
int workers_run(const struct workers *w, struct job *jobs, size_t count);

#endif
