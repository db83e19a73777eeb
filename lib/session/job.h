/* One run to carry out, and what became of it. */
#ifndef SESSION_JOB_H
#define SESSION_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "plan/plan.h"
#include "run/run.h"

struct job {
    const struct plan *plan;
    uint64_t seed;
    int64_t timeout_ns; /* 0: as planned */
    int64_t alone_ns;   /* > 0: not to be disturbed until this time after its signal (places.h);
                           BATTERY_LAST: it begins when all others are over */
    /* the journal: */
    int fd;
    off_t from, to; /* of this run's lines in it */
    bool kept;      /* they stand in the user's file */
    /* how far it has come, told by its worker: */
    _Atomic int mark; /* enum run_mark */
    int64_t marked_ns;
    /* what became of it: */
    bool started;
    bool needless;     /* others have shown what it looks for: it was not begun */
    int journal_errno; /* writing the journal failed */
    int died_of;       /* the worker was killed by this signal; 0 when it was not */
};

/* Carry it out in this process; its lines go to the end of `fd`. `adapt` may add to the options and
 * to the journal, or is NULL. Returns 0, or the number of the signal that interrupted it. */
int job_run(struct job *job, struct run_options options,
            void (*adapt)(void *arg, struct run_options *options, struct journal *journal),
            void *arg);

#endif
