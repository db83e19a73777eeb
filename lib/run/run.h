/* One run: the only place where a target, clients and signals meet. It decides nothing about good
 * or bad; everything that happens goes into the journal. */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include <stdbool.h>

#include "base/error.h"
#include "journal/journal.h"
#include "plan/plan.h"

/* A picture of the run for a progress line, a few times a second. */
struct run_progress {
    const char *stage; /* "starting", "running", "draining" */
    int64_t elapsed_ns;
    int64_t started, done, in_flight; /* over all loads */
    bool stopping;                    /* nothing new begins: see `gentle` */
    /* of a run without loads, which follows the target alone: */
    bool listening;
    int connections; /* open ones on its port, any client's; -1 not known */
};

/* What others may want to know of a run while it goes on: how much it can disturb, or be disturbed.
 * It is told one of them, once; an interrupted run may tell none. */
enum run_mark {
    RUN_STARTED,   /* none was told yet */
    RUN_SIGNALLED, /* its first signal was sent (a plan without signals: its loads have started):
                      from now on it mostly waits */
    /* or it ended before that: */
    RUN_NOT_READY, /* the target did not become ready */
    RUN_TARGET_GONE,
    RUN_NO_MOMENT, /* with its target alive */
    RUN_OVERDUE    /* the same, after it had waited for long */
};

struct run_options {
    const char *program; /* path of drainctl, for the reference server */
    void (*progress)(void *arg, const struct run_progress *p); /* or NULL */
    /* So many requests are in flight for the first time, and the target has taken all of them out
     * of its accept queue; or NULL. */
    void (*in_flight)(void *arg, int64_t n);
    void (*marked)(void *arg, enum run_mark mark); /* or NULL */
    void *arg;
    /* A person ends it: the first SIGINT lets what is in flight finish and begins nothing new. That
     * is the planned end of loads that have no other, and an interruption of all others; the second
     * SIGINT is like the first of a run that is not. */
    bool gentle;
};

/* Carry out the plan on a loop of its own; returns when everything that was started is gone. The
 * journal ends with run-end. Returns 0, or the number of the signal (SIGINT, SIGTERM, SIGHUP) that
 * interrupted it. What went wrong is in the journal as an error event. */
int run_execute(const struct plan *plan, struct journal *journal,
                const struct run_options *options);

#endif
