/* Carrying out many runs: one after the other in this process, or several at a time, each in a
 * process of its own that is forked before any event loop exists. */
#ifndef SESSION_WORKERS_H
#define SESSION_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "plan/plan.h"
#include "run/run.h"

/* One run to carry out. */
struct job {
    const struct plan *plan;
    uint64_t seed;
    int64_t timeout_ns; /* 0: as planned */
    /* the journal: */
    int fd;
    off_t from, to; /* of this run's lines in it */
    /* what became of it: */
    bool started;
    int journal_errno; /* writing the journal failed */
    int died_of;       /* the worker was killed by this signal; 0 when it was not */
};

struct workers {
    const char *program; /* drainctl itself, for the reference server */
    int at_a_time;
    bool progress; /* show a line on standard error */
    /* What a command adds to a run that goes on in this process; or NULL. */
    void (*adapt)(void *arg, struct run_options *options, struct journal *journal);
    void *arg;
};

/* Carry them out. Returns 0, or the number of the signal that interrupted it; jobs that were not
 * begun then are not `started`. */
int workers_run(const struct workers *w, struct job *jobs, size_t count);

#endif
